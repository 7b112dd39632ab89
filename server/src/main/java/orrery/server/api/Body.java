package orrery.server.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import orrery.server.http.ApiException;
import orrery.server.http.Exchange;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The body of a request, checked against its endpoint's field table. A field that is null counts as absent. Any error
 * is a 400 that names the field.
 */
final class Body {
    /** The answer's header that lists unknown fields. */
    static final String IGNORED = "orrery-ignored";

    private final ObjectNode object;
    private final String place;

    private Body(ObjectNode object, String place) {
        this.object = object;
        this.place = place;
    }

    /**
     * Reads a body. Unknown fields are listed in a header of the answer.
     *
     * @param strict whether they are refused instead
     * @throws ApiException if it is not a JSON object, or a field cannot be honoured
     */
    static Body read(Exchange exchange, FieldTable table, boolean strict, Unknown unknown) {
        String type = exchange.header("content-type").orElse("");
        if (!type.toLowerCase(java.util.Locale.ROOT).startsWith("application/json")) {
            // A web page can send other content types here without a preflight request.
            throw ApiException.of(415, "unsupported_media_type", "expected the content-type application/json");
        }
        JsonNode node;
        try {
            node = JsonTree.read(exchange.body());
        } catch (JacksonException e) {
            throw ApiException.invalid("", "invalid_json", "the body is no JSON: " + place(e));
        }
        if (!(node instanceof ObjectNode object)) {
            throw ApiException.invalid("", "invalid_json", "the body is no JSON object");
        }
        var body = new Body(object, "");
        var ignored = new TreeSet<String>();
        for (String name : object.propertyNames()) {
            if (body.find(name).isEmpty()) {
                continue;
            }
            var field = table.find(name);
            if (field.isEmpty()) {
                ignored.add(name);
            } else if (field.get().use() == Field.Use.REFUSED) {
                throw ApiException.invalid(
                        name, name + " is not supported: " + field.get().note());
            }
        }
        if (!ignored.isEmpty()) {
            if (strict) {
                throw ApiException.invalid(ignored.first(), "unknown_field", "unknown: " + String.join(", ", ignored));
            }
            unknown.named(exchange, ignored);
            // A field documented as having no effect must have none.
            object.remove(ignored);
        }
        return body;
    }

    /** Receives the unknown fields of a body. */
    @FunctionalInterface
    interface Unknown {
        void named(Exchange exchange, TreeSet<String> names);
    }

    /** What a parser's message says of the parser itself, which no client can set. */
    private static final Pattern OF_PARSER =
            Pattern.compile(" \\(start marker at .*|, from `StreamReadConstraints[^`]*`|: enable `JsonReadFeature.*");

    /** What is wrong with a text that is not JSON, and where, without repeating the client's text. */
    private static String place(JacksonException e) {
        var at = e.getLocation();
        String what = String.valueOf(e.getOriginalMessage());
        int end = what.indexOf('\n');
        String line = OF_PARSER.matcher(end < 0 ? what : what.substring(0, end)).replaceAll("");
        return (line.length() > 160 ? line.substring(0, 160) + "…" : line)
                + (at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")");
    }

    /**
     * A body for a nested object.
     *
     * @param place its path, which messages put before its fields
     */
    static Body of(String place, ObjectNode object) {
        return new Body(object, place + ".");
    }

    /** The body of an object nested in this one. */
    Optional<Body> inner(String name) {
        return object(name).map(object -> of(place + name, object));
    }

    ObjectNode json() {
        return object;
    }

    /** A field that is present and not null. */
    Optional<JsonNode> find(String name) {
        @Nullable JsonNode node = object.get(name);
        return node == null || node.isNull() || node.isMissingNode() ? Optional.empty() : Optional.of(node);
    }

    /** A required string. */
    String required(String name) {
        return text(name).orElseThrow(() -> missing(name));
    }

    /** The error for a required field that is missing. */
    ApiException missing(String name) {
        return ApiException.invalid(place + name, place + name + " is missing");
    }

    Optional<String> text(String name) {
        return find(name).map(node -> {
            if (!node.isString()) {
                throw wrongHere(name, node, "a string");
            }
            return node.stringValue();
        });
    }

    boolean flag(String name, boolean otherwise) {
        return find(name)
                .map(node -> {
                    if (!node.isBoolean()) {
                        throw wrongHere(name, node, "true or false");
                    }
                    return node.booleanValue();
                })
                .orElse(otherwise);
    }

    OptionalDouble number(String name, double least, double most) {
        var node = find(name);
        if (node.isEmpty()) {
            return OptionalDouble.empty();
        }
        double value = node.get().isNumber() ? node.get().doubleValue() : Double.NaN;
        if (!(value >= least && value <= most)) {
            throw wrongHere(name, node.get(), "a number, " + plain(least) + " to " + plain(most));
        }
        return OptionalDouble.of(value);
    }

    OptionalInt integer(String name, int least, int most) {
        var node = find(name);
        if (node.isEmpty()) {
            return OptionalInt.empty();
        }
        double value = node.get().isNumber() ? node.get().doubleValue() : Double.NaN;
        if (!(value >= least && value <= most && value == Math.rint(value))) {
            throw wrongHere(name, node.get(), "a whole number, " + least + " to " + most);
        }
        return OptionalInt.of((int) value);
    }

    OptionalLong whole(String name) {
        var node = find(name);
        if (node.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!node.get().isIntegralNumber() || !node.get().canConvertToLong()) {
            throw wrongHere(name, node.get(), "a whole number of 64 bits");
        }
        return OptionalLong.of(node.get().longValue());
    }

    /** A number of tokens: any whole number from 1; values beyond 2^31 - 1 are clamped. */
    OptionalInt tokens(String name) {
        var node = find(name);
        if (node.isEmpty()) {
            return OptionalInt.empty();
        }
        double value = node.get().isNumber() ? node.get().doubleValue() : Double.NaN;
        if (!(value >= 1 && value == Math.rint(value))) {
            throw wrongHere(name, node.get(), "a whole number, 1 or more");
        }
        return OptionalInt.of((int) Math.min(value, Integer.MAX_VALUE));
    }

    /** A nested object. */
    Optional<ObjectNode> object(String name) {
        return find(name).map(node -> {
            if (!(node instanceof ObjectNode inner)) {
                throw wrongHere(name, node, "an object");
            }
            return inner;
        });
    }

    /** The elements of a list; empty if the field is absent. */
    List<JsonNode> list(String name) {
        var elements = new ArrayList<JsonNode>();
        find(name).ifPresent(node -> {
            if (!node.isArray()) {
                throw wrongHere(name, node, "a list");
            }
            node.forEach(elements::add);
        });
        return elements;
    }

    /** A string, or a list of strings. */
    List<String> texts(String name) {
        var node = find(name);
        if (node.isEmpty()) {
            return List.of();
        }
        if (node.get().isString()) {
            return List.of(node.get().stringValue());
        }
        if (!node.get().isArray()) {
            throw wrongHere(name, node.get(), "a string, or a list of strings");
        }
        var texts = new ArrayList<String>();
        for (var element : list(name)) {
            if (!element.isString()) {
                throw wrongHere(name, element, "a string, or a list of strings");
            }
            texts.add(element.stringValue());
        }
        return texts;
    }

    private ApiException wrongHere(String name, JsonNode node, String expected) {
        return wrong(place + name, node, expected);
    }

    static ApiException wrong(String name, JsonNode node, String expected) {
        String shown = JsonTree.write(node);
        return ApiException.invalid(
                name,
                name + " is " + (shown.length() > 60 ? shown.substring(0, 60) + "…" : shown) + ", expected "
                        + expected);
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }
}
