package orrery.token.jinja;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Jinja's filters by name, with {@code tojson} as Hugging Face defines it. */
final class Filters {
    /** Computes a filter's result from its input. */
    interface Filter {
        Value apply(Value input, Arguments arguments, Interpreter interpreter);
    }

    private static final Map<String, Filter> FILTERS = new TreeMap<>();

    static {
        SequenceFilters.register(FILTERS);
        SelectionFilters.register(FILTERS);
        TextFilters.register(FILTERS);
        MarkupFilters.register(FILTERS);
        NumberFilters.register(FILTERS);
        FILTERS.put("default", Filters::defaulted);
        FILTERS.put("d", Filters::defaulted);
        FILTERS.put("attr", (input, arguments, _) -> {
            String name = arguments.bind("attr", "name").text(0);
            if (input instanceof Value.Undefined undefined) {
                throw undefined.failure();
            }
            return Attributes.own(input, name)
                    .orElseGet(() ->
                            new Value.Undefined("'" + input.typeName() + " object' has no attribute '" + name + "'"));
        });
        FILTERS.put("tojson", Filters::json);
    }

    private Filters() {}

    static boolean exists(String name) {
        return FILTERS.containsKey(name);
    }

    /**
     * The filter with that name.
     *
     * @throws TemplateException if there is none
     */
    static Filter named(String name) {
        return Optional.ofNullable(FILTERS.get(name))
                .orElseThrow(() -> new TemplateException("there is no filter named '" + name + "'"));
    }

    private static Value defaulted(Value input, Arguments arguments, Interpreter interpreter) {
        Arguments.Bound bound = arguments.bind("default", "default_value", "boolean");
        boolean absent = input instanceof Value.Undefined || (bound.truth(1, false) && !Truth.of(input));
        return absent ? bound.at(0).orElse(Value.Text.of("")) : input;
    }

    private static Value json(Value input, Arguments arguments, Interpreter interpreter) {
        Arguments.Bound bound = arguments.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
        Budget budget = interpreter.budget();
        Optional<String> indent = bound.given(1)
                .map(value -> value instanceof Value.Text text
                        ? text.text()
                        : Operators.repeated(" ", Math.max(0, bound.integer(1)), budget));
        String itemSeparator = indent.isPresent() ? "," : ", ";
        String keySeparator = ": ";
        Optional<Value> separators = bound.given(2);
        if (separators.isPresent()) {
            List<Value> pair = Sequences.list(separators.get(), budget);
            if (pair.size() != 2
                    || !(pair.get(0) instanceof Value.Text item)
                    || !(pair.get(1) instanceof Value.Text key)) {
                throw new TemplateException("tojson() expects a pair of strings for 'separators'");
            }
            itemSeparator = item.text();
            keySeparator = key.text();
        }
        JsonWriter.Options options = new JsonWriter.Options(
                bound.truth(0, false), indent, itemSeparator, keySeparator, bound.truth(3, false));
        return Value.Text.of(JsonWriter.write(input, options, budget));
    }
}
