package orrery.token;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The two tokens that tokenizer_config.json names; its other members belong to whoever needs them. */
record TokenizerConfig(Optional<String> beginOfSequence, Optional<String> endOfSequence) {
    static final TokenizerConfig NONE = new TokenizerConfig(Optional.empty(), Optional.empty());

    static TokenizerConfig parse(String json, String where) {
        Optional<String> begin = Optional.empty();
        Optional<String> end = Optional.empty();
        try (JsonParser parser = JsonObject.FACTORY.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new TokenizerException(where + " must be a JSON object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "bos_token" -> begin = token(parser, where + ": bos_token");
                    case "eos_token" -> end = token(parser, where + ": eos_token");
                    default -> parser.skipChildren();
                }
            }
        } catch (JacksonException corrupt) {
            throw new TokenizerException(where + " is no valid JSON: " + corrupt.getOriginalMessage(), corrupt);
        }
        return new TokenizerConfig(begin, end);
    }

    /** A token is its text, or an object that has the text as its content. */
    private static Optional<String> token(JsonParser parser, String where) {
        return switch (parser.currentToken()) {
            case VALUE_NULL -> Optional.empty();
            case VALUE_STRING -> Optional.of(parser.getString());
            default -> Optional.of(JsonObject.read(parser, where).string("content"));
        };
    }
}
