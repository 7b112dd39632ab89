package orrery.token;

import java.util.Optional;

/** The two tokens that tokenizer_config.json names; its other members belong to whoever needs them. */
record TokenizerConfig(Optional<String> beginOfSequence, Optional<String> endOfSequence) {
    static final TokenizerConfig NONE = new TokenizerConfig(Optional.empty(), Optional.empty());

    static TokenizerConfig parse(byte[] bytes, String where) {
        try {
            var json = new JsonReader(bytes);
            if (!json.take('{')) {
                throw new TokenizerException(where + " must be a JSON object");
            }
            Optional<String> begin = Optional.empty();
            Optional<String> end = Optional.empty();
            for (boolean first = true; json.member(first); first = false) {
                switch (json.lastText()) {
                    case "bos_token" -> begin = token(json, where + ": bos_token");
                    case "eos_token" -> end = token(json, where + ": eos_token");
                    default -> json.skip();
                }
            }
            return new TokenizerConfig(begin, end);
        } catch (JsonReader.Malformed malformed) {
            throw new TokenizerException(where + " is no valid JSON: " + malformed.getMessage(), malformed);
        }
    }

    /** A token is its text, or an object that has the text as its content. */
    private static Optional<String> token(JsonReader json, String where) {
        if (json.takeNull()) {
            return Optional.empty();
        }
        return switch (json.peek()) {
            case '"' -> Optional.of(json.text());
            case '{' -> Optional.of(json.object(where).string("content"));
            default -> throw new TokenizerException(where + " must be a string or an object, but is " + json.kind());
        };
    }
}
