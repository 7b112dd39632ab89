package orrery.token;

import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;

/**
 * Rewrites a tokenizer.json so that no text spells a control token: wherever the file names a special token, its
 * {@linkplain ControlTokens#stand stand-in} is written. Renaming instead of leaving out keeps every id, because the
 * engine numbers added tokens by counting.
 */
final class PlainJson {
    private final Map<String, String> standIns = new HashMap<>();
    private final JsonParser parser;
    private final JsonGenerator out;

    private PlainJson(Iterable<AddedToken> added, JsonParser parser, JsonGenerator out) {
        for (AddedToken token : added) {
            if (token.special()) {
                standIns.put(token.content(), ControlTokens.stand(token.id()));
            }
        }
        this.parser = parser;
        this.out = out;
    }

    static String of(String json, Iterable<AddedToken> added, String where) {
        StringWriter writer = new StringWriter(json.length() + 1024);
        try (JsonParser parser = JsonObject.FACTORY.createParser(ObjectReadContext.empty(), json);
                JsonGenerator out = JsonObject.FACTORY.createGenerator(ObjectWriteContext.empty(), writer)) {
            parser.nextToken();
            new PlainJson(added, parser, out).file();
        } catch (JacksonException changed) {
            throw new TokenizerException(
                    where + " is no longer the file that was read: " + changed.getMessage(), changed);
        }
        return writer.toString();
    }

    private void file() {
        out.writeStartObject();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            out.writeName(name);
            parser.nextToken();
            switch (name) {
                case "added_tokens" -> addedTokens();
                case "model" -> model();
                case "post_processor" -> {
                    parser.skipChildren();
                    out.writeNull();
                }
                default -> out.copyCurrentStructure(parser);
            }
        }
        out.writeEndObject();
    }

    private void addedTokens() {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            out.copyCurrentStructure(parser);
            return;
        }
        out.writeStartArray();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            out.writeStartObject();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                out.writeName(name);
                parser.nextToken();
                copyRenamed(name.equals("content"));
            }
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void model() {
        out.writeStartObject();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            out.writeName(name);
            JsonToken value = parser.nextToken();
            if (name.equals("vocab") && value == JsonToken.START_OBJECT) {
                ids();
            } else if (name.equals("vocab")) {
                scores();
            } else if (name.equals("merges")) {
                merges();
            } else {
                copyRenamed(name.equals("unk_token"));
            }
        }
        out.writeEndObject();
    }

    private void ids() {
        out.writeStartObject();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            out.writeName(renamed(parser.currentName()));
            parser.nextToken();
            out.copyCurrentEvent(parser);
        }
        out.writeEndObject();
    }

    private void scores() {
        out.writeStartArray();
        while (parser.nextToken() == JsonToken.START_ARRAY) {
            out.writeStartArray();
            parser.nextToken();
            copyRenamed(true);
            parser.nextToken();
            out.copyCurrentEvent(parser);
            parser.nextToken();
            out.writeEndArray();
        }
        out.writeEndArray();
    }

    /** A merge that makes a special token is left out; what remains keeps its order, which is all that counts. */
    private void merges() {
        out.writeStartArray();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.START_ARRAY) {
                String left = parser.nextStringValue();
                String right = parser.nextStringValue();
                parser.nextToken();
                if (keeps(left, right, left + right)) {
                    out.writeStartArray();
                    out.writeString(left);
                    out.writeString(right);
                    out.writeEndArray();
                }
            } else {
                String merge = parser.getString();
                int space = merge.indexOf(' ');
                if (space < 0 || keeps(merge.substring(0, space), merge.substring(space + 1), merge.replace(" ", ""))) {
                    out.writeString(merge);
                }
            }
        }
        out.writeEndArray();
    }

    private boolean keeps(String left, String right, String merged) {
        return !standIns.containsKey(left) && !standIns.containsKey(right) && !standIns.containsKey(merged);
    }

    private void copyRenamed(boolean rename) {
        if (rename && parser.currentToken() == JsonToken.VALUE_STRING) {
            out.writeString(renamed(parser.getString()));
        } else {
            out.copyCurrentStructure(parser);
        }
    }

    private String renamed(String piece) {
        return standIns.getOrDefault(piece, piece);
    }
}
