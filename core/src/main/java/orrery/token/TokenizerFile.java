package orrery.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What Orrery itself needs of a tokenizer.json, and the checks that must come before Hugging Face's engine reads it: on
 * some corrupt files the engine does not refuse but ends the process.
 *
 * <p>One pass of the streaming parser; merges, the larger part of a file, are passed over.
 */
final class TokenizerFile {
    private final long largestId;
    private final List<AddedToken> added = new ArrayList<>();
    private final Vocabulary.Builder pieces = new Vocabulary.Builder();
    private Optional<JsonObject> decoder = Optional.empty();
    private Optional<JsonObject> postProcessor = Optional.empty();
    private boolean modelSeen;

    private TokenizerFile(long length) {
        // Every id takes more than one character to write, so a table of all ids is never larger than the file
        // justifies.
        this.largestId = Math.min(length, Integer.MAX_VALUE - 16);
    }

    record Content(Vocabulary vocabulary, PieceDecoder decoder) {}

    static Content parse(String json, String where) {
        TokenizerFile file = new TokenizerFile(json.length());
        try (JsonParser parser = JsonObject.FACTORY.createParser(json)) {
            file.parse(parser);
            return file.content();
        } catch (JacksonException corrupt) {
            throw new TokenizerException(
                    where + " is no valid JSON: " + corrupt.getOriginalMessage()
                            + Optional.ofNullable(corrupt.getLocation())
                                    .map(at -> " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")")
                                    .orElse(""),
                    corrupt);
        } catch (TokenizerException wrong) {
            throw new TokenizerException(where + ": " + wrong.getMessage(), wrong);
        }
    }

    private void parse(JsonParser parser) {
        expect(parser.nextToken(), JsonToken.START_OBJECT, "the file");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "added_tokens" -> addedTokens(parser, value);
                case "decoder" -> decoder = object(parser, value, name);
                case "post_processor" -> postProcessor = object(parser, value, name);
                case "normalizer" -> object(parser, value, name).ifPresent(TokenizerFile::checkNormalizer);
                case "model" -> model(parser, value);
                default -> parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            throw new TokenizerException("there is more after the end of the object");
        }
    }

    private Content content() {
        if (!modelSeen) {
            throw new TokenizerException("model is missing");
        }
        postProcessor.ifPresent(TokenizerFile::checkPostProcessor);
        PieceDecoder pieceDecoder = decoder.map(PieceDecoder::of)
                .orElseThrow(() -> new TokenizerException("decoder is missing; known are " + PieceDecoder.KNOWN));
        return new Content(pieces.build(added), pieceDecoder);
    }

    private void addedTokens(JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        expect(value, JsonToken.START_ARRAY, "added_tokens");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            added.add(AddedToken.of(JsonObject.read(parser, "added_tokens[" + added.size() + "]"), largestId));
        }
    }

    private void model(JsonParser parser, JsonToken value) {
        expect(value, JsonToken.START_OBJECT, "model");
        modelSeen = true;
        boolean merges = false;
        boolean scored = false;
        String type = "";
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken member = parser.nextToken();
            switch (name) {
                case "type" -> type = text(parser, member, "model.type");
                case "merges" -> {
                    merges = true;
                    parser.skipChildren();
                }
                case "vocab" -> {
                    scored = member == JsonToken.START_ARRAY;
                    vocabulary(parser, member);
                }
                // The engine cuts this prefix off the second half of every merge, in the middle of a character if need
                // be.
                case "continuing_subword_prefix" -> emptyOrNull(parser, member, "model.continuing_subword_prefix");
                case "dropout" -> {
                    if (member != JsonToken.VALUE_NULL && !(member.isNumeric() && parser.getDoubleValue() == 0)) {
                        throw new TokenizerException("model.dropout must be null or 0: one text has one split");
                    }
                }
                default -> parser.skipChildren();
            }
        }
        // Files from before 2020 name no type.
        String kind = type.isEmpty() && merges ? "BPE" : type;
        if (!kind.equals(scored ? "Unigram" : "BPE")) {
            throw new TokenizerException("model.type " + (kind.isEmpty() ? "is missing" : "is " + kind)
                    + (scored ? " with a list of scored tokens" : "") + "; known are BPE and Unigram");
        }
    }

    private void vocabulary(JsonParser parser, JsonToken value) {
        if (value == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String piece = parser.currentName();
                if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
                    throw new TokenizerException("model.vocab gives " + piece + " no integer for an id");
                }
                long id = parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? -1 : parser.getLongValue();
                if (id < 0 || id > largestId) {
                    throw new TokenizerException("model.vocab gives " + piece + " the id " + parser.getString()
                            + ", which no file of this" + " length can need");
                }
                pieces.add((int) id, piece);
            }
        } else {
            expect(value, JsonToken.START_ARRAY, "model.vocab");
            for (int id = 0; parser.nextToken() != JsonToken.END_ARRAY; id++) {
                expect(parser.currentToken(), JsonToken.START_ARRAY, "model.vocab[" + id + "]");
                String piece = text(parser, parser.nextToken(), "model.vocab[" + id + "][0]");
                if (!parser.nextToken().isNumeric() || parser.nextToken() != JsonToken.END_ARRAY) {
                    throw new TokenizerException("model.vocab[" + id + "] must be a token and its score");
                }
                pieces.add(id, piece);
            }
        }
    }

    private static void checkNormalizer(JsonObject json) {
        if (json.optionalString("type").orElse("").equals("Precompiled")) {
            throw new TokenizerException(
                    "normalizer is Precompiled, which is not known: the engine reads its table without any check");
        }
        json.objects("normalizers").forEach(TokenizerFile::checkNormalizer);
    }

    /** A template that names a token it does not define ends the process when the engine first applies it. */
    private static void checkPostProcessor(JsonObject json) {
        if (json.optionalString("type").orElse("").equals("TemplateProcessing")) {
            Map<String, Object> defined =
                    json.object("special_tokens").map(JsonObject::members).orElse(Map.of());
            for (String template : List.of("single", "pair")) {
                for (JsonObject piece : json.objects(template)) {
                    piece.object("SpecialToken").map(it -> it.string("id")).ifPresent(id -> {
                        if (!defined.containsKey(id)) {
                            throw new TokenizerException(
                                    json.where() + "." + template + " names " + id + ", which special_tokens lacks");
                        }
                    });
                }
            }
        }
        json.objects("processors").forEach(TokenizerFile::checkPostProcessor);
    }

    private static Optional<JsonObject> object(JsonParser parser, JsonToken value, String name) {
        return value == JsonToken.VALUE_NULL ? Optional.empty() : Optional.of(JsonObject.read(parser, name));
    }

    private static void emptyOrNull(JsonParser parser, JsonToken value, String name) {
        if (value != JsonToken.VALUE_NULL && !text(parser, value, name).isEmpty()) {
            throw new TokenizerException(name + " must be null or empty, but is \"" + parser.getString() + "\"");
        }
    }

    private static String text(JsonParser parser, JsonToken value, String name) {
        expect(value, JsonToken.VALUE_STRING, name);
        return parser.getString();
    }

    private static void expect(@Nullable JsonToken found, JsonToken expected, String name) {
        if (found != expected) {
            throw new TokenizerException(
                    name + " must be " + JsonObject.kind(expected) + ", but is " + JsonObject.kind(found));
        }
    }
}
