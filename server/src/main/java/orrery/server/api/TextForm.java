package orrery.server.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import orrery.OrreryException;
import orrery.constrain.EcmaPattern;
import orrery.constrain.Gbnf;
import orrery.constrain.Grammar;
import orrery.constrain.JsonSchema;
import orrery.constrain.SchemaOptions;
import orrery.server.http.ApiException;
import tools.jackson.databind.JsonNode;

/**
 * What the text of an answer has to follow, as a request says it in the field of one API or another.
 *
 * @param field the body's field, for messages
 * @param ignored keywords of a schema that cannot be kept and need not be, since the request does not ask for
 *     {@code strict}
 */
record TextForm(String field, Grammar grammar, List<String> ignored) {
    private static final String ANY_OBJECT = "{\"type\": \"object\"}";
    private static final int LONGEST = 360;
    private static final List<String> GUIDED =
            List.of("guided_json", "guided_regex", "guided_choice", "guided_grammar");

    /** {@code response_format} of OpenAI's chat API, and vLLM's and llama.cpp's own fields. */
    static Optional<TextForm> openAi(Body body) {
        var found = new ArrayList<TextForm>();
        body.inner("response_format")
                .flatMap(format -> of(
                        "response_format", format, format.inner("json_schema"), "response_format.json_schema.schema"))
                .ifPresent(found::add);
        for (String name : GUIDED) {
            body.find(name).ifPresent(value -> found.add(guided(name, name.substring("guided_".length()), value)));
        }
        body.object("structured_outputs")
                .ifPresent(outputs -> outputs.properties()
                        .forEach(one -> structured(one.getKey(), one.getValue()).ifPresent(found::add)));
        body.find("grammar").ifPresent(value -> found.add(guided("grammar", "grammar", value)));
        body.find("json_schema").ifPresent(value -> found.add(guided("json_schema", "json", value)));
        if (found.size() > 1) {
            String both = found.get(0).field + " and " + found.get(1).field;
            throw ApiException.invalid(found.get(1).field, both + " exclude each other: an answer has one form");
        }
        return found.stream().findFirst();
    }

    /** {@code text.format} of OpenAI's responses API. */
    static Optional<TextForm> responses(Body body) {
        return body.inner("text")
                .flatMap(text -> text.inner("format"))
                .flatMap(format -> of("text.format", format, Optional.of(format), "text.format.schema"));
    }

    /** {@code output_config.format} of Anthropic's API, and {@code output_format}, its older name. */
    static Optional<TextForm> anthropic(Body body) {
        var older = body.inner("output_format").map(format -> anthropic("output_format", format));
        return body.inner("output_config")
                .flatMap(output -> output.inner("format"))
                .map(format -> anthropic("output_config.format", format))
                .or(() -> older);
    }

    private static TextForm anthropic(String field, Body format) {
        String type = format.required("type");
        if (!type.equals("json_schema")) {
            throw unknown(field, type, "json_schema");
        }
        var schema = format.object("schema").orElseThrow(() -> format.missing("schema"));
        return schema(field + ".schema", JsonTree.write(schema), true);
    }

    private static Optional<TextForm> of(String field, Body format, Optional<Body> described, String place) {
        String type = format.required("type");
        return switch (type) {
            case "text" -> Optional.empty();
            // llama.cpp's servers take a schema here, too.
            case "json_object" ->
                Optional.of(format.object("schema")
                        .map(schema -> schema(field + ".schema", JsonTree.write(schema), true))
                        .orElseGet(() -> schema(field, ANY_OBJECT, true)));
            case "json_schema" -> {
                var schema = described.orElseThrow(() -> format.missing("json_schema"));
                var written = schema.object("schema").orElseThrow(() -> schema.missing("schema"));
                yield Optional.of(schema(place, JsonTree.write(written), schema.flag("strict", false)));
            }
            default -> throw unknown(field, type, "text, json_object or json_schema");
        };
    }

    private static Optional<TextForm> structured(String name, JsonNode value) {
        String field = "structured_outputs." + name;
        return switch (name) {
            case "json", "regex", "choice", "grammar" ->
                value.isNull() ? Optional.empty() : Optional.of(guided(field, name, value));
            case "json_object" ->
                value.asBoolean(false) ? Optional.of(schema(field, ANY_OBJECT, true)) : Optional.empty();
            // White space is bounded here in any case.
            case "disable_any_whitespace", "disable_fallback" -> Optional.empty();
            default ->
                throw ApiException.invalid(
                        field,
                        Shown.text(field) + " is not supported, expected json, json_object, regex, choice or grammar");
        };
    }

    private static TextForm guided(String field, String kind, JsonNode value) {
        return switch (kind) {
            case "json" -> {
                if (!value.isObject() && !value.isString()) {
                    throw Body.wrong(field, value, "a JSON schema, or its text");
                }
                yield schema(field, value.isString() ? value.stringValue() : JsonTree.write(value), true);
            }
            case "choice" -> {
                var texts = new ArrayList<String>();
                value.forEach(one -> texts.add(text(field, one)));
                if (!value.isArray() || texts.isEmpty()) {
                    throw Body.wrong(field, value, "a list of texts");
                }
                yield made(field, () -> Grammar.choices(texts));
            }
            case "grammar" -> {
                String grammar = text(field, value);
                yield made(field, () -> Gbnf.parse(grammar));
            }
            default -> {
                String expression = text(field, value);
                yield made(field, () -> Grammar.matching(EcmaPattern.wholeMatch(expression)));
            }
        };
    }

    private static String text(String field, JsonNode value) {
        if (!value.isString()) {
            throw Body.wrong(field, value, "a text");
        }
        return value.stringValue();
    }

    private static TextForm made(String field, Supplier<Grammar> grammar) {
        return new TextForm(field, checked(field, grammar), List.of());
    }

    /**
     * A schema as a grammar.
     *
     * @param strict whether a keyword that cannot be kept is refused; otherwise it is ignored
     * @throws ApiException naming the keyword's place, if it is refused
     */
    static TextForm schema(String field, String schema, boolean strict) {
        var read = checked(field, () -> JsonSchema.of(schema, strict ? SchemaOptions.STRICT : SchemaOptions.LENIENT));
        return new TextForm(field, read.grammar(), read.notes());
    }

    /** The same value, with what is wrong with a grammar as the client's error. */
    static <T> T checked(String field, Supplier<T> value) {
        try {
            return value.get();
        } catch (ApiException e) {
            throw e;
        } catch (OrreryException e) {
            throw ApiException.invalid(field, "unsupported_grammar", shown(field + ": " + e.getMessage()));
        }
    }

    /** A message may quote what the client sent. */
    private static String shown(String message) {
        String visible = message.replaceAll("\\p{Cntrl}", "?");
        return visible.length() > LONGEST ? visible.substring(0, LONGEST) + "…" : visible;
    }

    private static ApiException unknown(String field, String type, String expected) {
        return ApiException.invalid(field, field + " is of type '" + Shown.text(type) + "', expected " + expected);
    }
}
