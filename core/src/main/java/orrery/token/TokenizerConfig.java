package orrery.token;

import java.util.Optional;

/**
 * The members of tokenizer_config.json about the tokenizer; other classes read its other members.
 *
 * @param beginOfSequence a token
 * @param endOfSequence a token
 * @param addsBegin whether a text starts with that token
 * @param addsEnd whether a text ends with that token
 * @param tokenizerClass the class in transformers
 */
record TokenizerConfig(
        Optional<String> beginOfSequence,
        Optional<String> endOfSequence,
        Optional<Boolean> addsBegin,
        Optional<Boolean> addsEnd,
        Optional<String> tokenizerClass) {
    static final TokenizerConfig NONE = new TokenizerConfig(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    static TokenizerConfig parse(byte[] bytes, String where) {
        try {
            var json = new JsonReader(bytes);
            if (!json.take('{')) {
                throw new TokenizerException(where + " must be a JSON object");
            }
            Optional<String> begin = Optional.empty();
            Optional<String> end = Optional.empty();
            Optional<Boolean> addsBegin = Optional.empty();
            Optional<Boolean> addsEnd = Optional.empty();
            Optional<String> tokenizerClass = Optional.empty();
            for (boolean first = true; json.member(first); first = false) {
                switch (json.lastText()) {
                    case "bos_token" -> begin = token(json, where + ": bos_token");
                    case "eos_token" -> end = token(json, where + ": eos_token");
                    case "add_bos_token" -> addsBegin = flag(json);
                    case "add_eos_token" -> addsEnd = flag(json);
                    case "tokenizer_class" -> tokenizerClass = token(json, where + ": tokenizer_class");
                    default -> json.skip();
                }
            }
            return new TokenizerConfig(begin, end, addsBegin, addsEnd, tokenizerClass);
        } catch (JsonReader.Malformed malformed) {
            throw new TokenizerException(where + " is not valid JSON: " + malformed.getMessage(), malformed);
        }
    }

    private static Optional<Boolean> flag(JsonReader json) {
        return json.value("") instanceof Boolean flag ? Optional.of(flag) : Optional.empty();
    }

    /** A token is its text, or an object with the text as its content. */
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
