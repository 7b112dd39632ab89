package orrery.token;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A tokenizer.json taken apart, to be written in another form; {@link TokenizerFile} has read and checked it before.
 *
 * @param type of the model: BPE or Unigram
 * @param ids of the vocabulary, by token
 * @param merges two tokens each, the preferred first
 * @param flags of the model, such as {@code byte_fallback}
 */
record TokenizerParts(
        String file,
        String type,
        Map<String, Integer> ids,
        List<Merge> merges,
        Map<String, Boolean> flags,
        Optional<String> unknown,
        Optional<String> endOfWord,
        Optional<JsonObject> normalizer,
        Optional<JsonObject> preTokenizer,
        List<AddedToken> added) {

    /** Two tokens that become one. */
    record Merge(String left, String right) {}

    /** Takes a file's text apart. */
    static TokenizerParts of(String json, String file) {
        var reading = new Reading();
        try (JsonParser parser = JsonObject.FACTORY.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value != JsonToken.VALUE_NULL) {
                    reading.member(name, parser);
                } // null counts as absent
            }
        }
        return new TokenizerParts(
                file,
                reading.type,
                reading.ids,
                reading.merges,
                reading.flags,
                Optional.ofNullable(reading.texts.get("unk_token")),
                Optional.ofNullable(reading.texts.get("end_of_word_suffix")).filter(suffix -> !suffix.isEmpty()),
                Optional.ofNullable(reading.objects.get("normalizer")),
                Optional.ofNullable(reading.objects.get("pre_tokenizer")),
                reading.added);
    }

    boolean flag(String name) {
        return flags.getOrDefault(name, false);
    }

    private static final class Reading {
        private final Map<String, Integer> ids = new HashMap<>();
        private final List<Merge> merges = new ArrayList<>();
        private final Map<String, Boolean> flags = new HashMap<>();
        private final Map<String, String> texts = new HashMap<>();
        private final Map<String, JsonObject> objects = new HashMap<>();
        private final List<AddedToken> added = new ArrayList<>();
        private String type = "BPE"; // files from before 2020 name none

        private void member(String name, JsonParser parser) {
            switch (name) {
                case "normalizer", "pre_tokenizer" -> objects.put(name, JsonObject.read(parser, name));
                case "added_tokens" -> {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        added.add(AddedToken.of(JsonObject.read(parser, name), Integer.MAX_VALUE));
                    }
                }
                case "model" -> model(parser);
                default -> parser.skipChildren();
            }
        }

        private void model(JsonParser parser) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "vocab" -> vocabulary(parser, value);
                    case "merges" -> merges(parser);
                    case "type" -> type = parser.getString();
                    default -> scalar(name, parser, value);
                }
            }
        }

        private void scalar(String name, JsonParser parser, JsonToken value) {
            switch (value) {
                case VALUE_TRUE -> flags.put(name, true);
                case VALUE_FALSE -> flags.put(name, false);
                case VALUE_STRING -> texts.put(name, parser.getString());
                default -> parser.skipChildren();
            }
        }

        private void vocabulary(JsonParser parser, JsonToken value) {
            if (value != JsonToken.START_OBJECT) {
                parser.skipChildren(); // Unigram lists tokens with scores, and is refused by its type
                return;
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String token = parser.currentName();
                parser.nextToken();
                ids.put(token, parser.getIntValue());
            }
        }

        /** As pairs, or in older files as one text with a space between. */
        private void merges(JsonParser parser) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() == JsonToken.START_ARRAY) {
                    merges.add(new Merge(parser.nextStringValue(), parser.nextStringValue()));
                    parser.nextToken();
                } else {
                    String merge = parser.getString();
                    int space = merge.indexOf(' ');
                    merges.add(new Merge(merge.substring(0, space), merge.substring(space + 1)));
                }
            }
        }
    }
}
