package orrery.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A file of <a href="https://github.com/guidance-ai/jsonschemabench">MaskBench</a>: a schema with documents.
 *
 * @param schema the schema as JSON
 * @param instances the documents
 */
record MaskBenchFile(String schema, List<Instance> instances) {
    /** A document with blanks behind commas and colons, and whether it is valid. */
    record Instance(String text, boolean valid) {}

    static MaskBenchFile read(Path file) {
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), file)) {
            String schema = "true";
            var instances = new ArrayList<Instance>();
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "schema" -> schema = text(parser);
                    case "tests" -> readInstances(parser, instances);
                    default -> parser.skipChildren();
                }
            }
            return new MaskBenchFile(schema, instances);
        }
    }

    private static void readInstances(JsonParser parser, List<Instance> instances) {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            String data = "";
            boolean valid = false;
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "data" -> data = text(parser);
                    case "valid" -> valid = parser.getBooleanValue();
                    default -> parser.skipChildren();
                }
            }
            instances.add(new Instance(data, valid));
        }
    }

    /** The value at the parser, from its first to its last token. */
    private static String text(JsonParser parser) {
        var text = new StringBuilder();
        write(parser, text);
        return text.toString();
    }

    private static void write(JsonParser parser, StringBuilder text) {
        JsonToken token = parser.currentToken();
        switch (token) {
            case START_OBJECT -> {
                text.append('{');
                String comma = "";
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    text.append(comma);
                    quote(parser.currentName(), text);
                    text.append(": ");
                    parser.nextToken();
                    write(parser, text);
                    comma = ", ";
                }
                text.append('}');
            }
            case START_ARRAY -> {
                text.append('[');
                String comma = "";
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    text.append(comma);
                    write(parser, text);
                    comma = ", ";
                }
                text.append(']');
            }
            case VALUE_STRING -> quote(parser.getString(), text);
            default -> text.append(parser.getString());
        }
    }

    private static void quote(String value, StringBuilder text) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c) && !isPaired(value, i)) {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    private static boolean isPaired(String value, int at) {
        return Character.isHighSurrogate(value.charAt(at))
                ? at + 1 < value.length() && Character.isLowSurrogate(value.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(value.charAt(at - 1));
    }
}
