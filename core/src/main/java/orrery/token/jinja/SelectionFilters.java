package orrery.token.jinja;

import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** The filters that process a sequence item by item, lazily: their result can be iterated once. */
final class SelectionFilters {
    private SelectionFilters() {}

    static void register(Map<String, Filters.Filter> filters) {
        filters.put("map", SelectionFilters::map);
        filters.put("select", (input, arguments, interpreter) -> select(input, arguments, interpreter, false, true));
        filters.put("reject", (input, arguments, interpreter) -> select(input, arguments, interpreter, false, false));
        filters.put("selectattr", (input, arguments, interpreter) -> select(input, arguments, interpreter, true, true));
        filters.put(
                "rejectattr", (input, arguments, interpreter) -> select(input, arguments, interpreter, true, false));
        filters.put("unique", SelectionFilters::unique);
    }

    private static Value map(Value input, Arguments arguments, Interpreter interpreter) {
        Budget budget = interpreter.budget();
        // As in Jinja, nothing is evaluated before the first item is requested, and nothing for an empty input.
        return lazily(input, budget, () -> {
            if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
                Arguments.Bound bound = arguments.bind("map", "attribute", "default");
                AttributePath path = AttributePath.of(bound.required(0), bound.given(1), budget);
                return item -> Optional.of(path.of(item));
            }
            if (arguments.positional().isEmpty()) {
                throw new TemplateException("map requires a filter argument");
            }
            String name = name(arguments.positional().getFirst());
            return item -> Optional.of(Filters.named(name).apply(item, arguments.after(1), interpreter));
        });
    }

    private static Value select(
            Value input, Arguments arguments, Interpreter interpreter, boolean byAttribute, boolean wanted) {
        return lazily(input, interpreter.budget(), () -> {
            Predicate<Value> predicate = predicate(arguments, interpreter, byAttribute);
            return item -> Optional.of(item).filter(value -> predicate.test(value) == wanted);
        });
    }

    private static Predicate<Value> predicate(Arguments arguments, Interpreter interpreter, boolean byAttribute) {
        AttributePath path = AttributePath.SELF;
        Arguments rest = arguments;
        if (byAttribute) {
            if (arguments.positional().isEmpty()) {
                throw new TemplateException("missing the name of an attribute");
            }
            path = AttributePath.of(arguments.positional().getFirst(), interpreter.budget());
            rest = arguments.after(1);
        }
        AttributePath part = path;
        if (rest.positional().isEmpty()) {
            return item -> Truth.of(part.of(item));
        }
        Tests.Test test = Tests.named(name(rest.positional().getFirst()));
        Arguments testArguments = rest.after(1);
        return item -> test.holds(part.of(item), testArguments, interpreter);
    }

    private static String name(Value value) {
        if (value instanceof Value.Text text) {
            return text.text();
        }
        throw new TemplateException("expected the name of a filter or test, not " + value.typeName());
    }

    private static Value unique(Value input, Arguments arguments, Interpreter interpreter) {
        Arguments.Bound bound = arguments.bind("unique", "case_sensitive", "attribute");
        Budget budget = interpreter.budget();
        return lazily(input, budget, () -> {
            AttributePath path = bound.given(1)
                    .map(attribute -> AttributePath.of(attribute, budget))
                    .orElse(AttributePath.SELF);
            boolean caseSensitive = bound.truth(0, false);
            Set<Object> seen = new HashSet<>();
            return item -> {
                budget.spendElements(1);
                Value key = AttributePath.folded(path.of(item), caseSensitive);
                return seen.add(Keys.of(key, budget)) ? Optional.of(item) : Optional.empty();
            };
        });
    }

    private interface Preparation {
        /** The function from an item to its result, if it has one. */
        Function<Value, Optional<Value>> prepare();
    }

    private static Value lazily(Value input, Budget budget, Preparation preparation) {
        return new Value.Generator(new Iterator<>() {
            private Iterator<Value> items = List.<Value>of().iterator();
            private Function<Value, Optional<Value>> function = Optional::of;
            private Optional<Value> next = Optional.empty();
            private boolean started;

            private void start() {
                started = true;
                // Jinja ignores an input that is false, even one that is not iterable.
                if (Truth.of(input)) {
                    function = preparation.prepare();
                    items = Sequences.iterate(input, budget);
                }
            }

            @Override
            public boolean hasNext() {
                if (!started) {
                    start();
                }
                budget.descend();
                while (next.isEmpty() && items.hasNext()) {
                    budget.spend(1);
                    next = function.apply(items.next());
                }
                budget.ascend();
                return next.isPresent();
            }

            @Override
            public Value next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Value value = next.orElseThrow();
                next = Optional.empty();
                return value;
            }
        });
    }
}
