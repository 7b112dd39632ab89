package orrery.token.jinja;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The functions that every template can call. */
final class Globals {
    // The limit of Jinja's sandbox.
    private static final long LONGEST_RANGE = 100_000;

    private Globals() {}

    static Map<String, Value> all() {
        Map<String, Value> globals = new LinkedHashMap<>();
        define(globals, "range", Globals::range);
        define(globals, "dict", Globals::dict);
        define(globals, "namespace", (arguments, interpreter) -> {
            Map<String, Value> attributes = new LinkedHashMap<>();
            Value.Dict initial = (Value.Dict) dict(arguments, interpreter);
            initial.entries().forEach((key, entry) -> {
                if (!(key instanceof String name)) {
                    throw new TemplateException("the attributes of a namespace have names that are str");
                }
                attributes.put(name, entry.value());
            });
            return new Value.Namespace(attributes);
        });
        define(globals, "cycler", (arguments, _) -> new Cycler(arguments));
        define(
                globals,
                "joiner",
                (arguments, _) -> new Joiner(arguments.bind("joiner", "sep").text(0, ", ")));
        define(globals, "raise_exception", (arguments, interpreter) -> {
            Value message = arguments.bind("raise_exception", "message").required(0);
            throw new TemplateException(Printer.print(message, interpreter.budget()));
        });
        define(globals, "strftime_now", (arguments, interpreter) -> {
            String format = arguments.bind("strftime_now", "format").text(0);
            interpreter.budget().spend(32L * format.length());
            return Value.Text.of(Strftime.format(format, interpreter.now()));
        });
        return globals;
    }

    private static void define(Map<String, Value> globals, String name, Value.Function.Body body) {
        globals.put(name, new Value.Function(name, body));
    }

    private static Value range(Arguments arguments, Interpreter interpreter) {
        Arguments.Bound bound = arguments.bind("range", "start", "stop", "step");
        boolean single = bound.at(1).isEmpty();
        long limit = Integer.MAX_VALUE;
        long start = Math.clamp(single ? 0 : bound.integer(0), -limit, limit);
        long stop = Math.clamp(single ? bound.integer(0) : bound.integer(1), -limit, limit);
        long step = Math.clamp(bound.integer(2, 1), -limit, limit);
        if (step == 0) {
            throw new TemplateException("range() arg 3 must not be zero");
        }
        Value.Range range = new Value.Range(start, stop, step);
        if (range.length() > LONGEST_RANGE) {
            throw new TemplateException("a range of more than " + LONGEST_RANGE + " numbers");
        }
        return range;
    }

    private static Value dict(Arguments arguments, Interpreter interpreter) {
        Budget budget = interpreter.budget();
        Value.Dict result = Value.Dict.empty();
        if (arguments.positional().size() > 1) {
            throw new TemplateException("dict() takes at most 1 positional argument");
        }
        for (Value given : arguments.positional()) {
            if (given instanceof Value.Dict dict) {
                dict.entries().values().forEach(entry -> result.put(entry.key(), entry.value(), budget));
                continue;
            }
            Iterator<Value> pairs = Sequences.iterate(given, budget);
            while (pairs.hasNext()) {
                List<Value> pair = Sequences.list(pairs.next(), budget);
                if (pair.size() != 2) {
                    throw new TemplateException("dict() needs pairs of a key and a value");
                }
                result.put(pair.get(0), pair.get(1), budget);
            }
        }
        arguments.named().forEach((name, value) -> result.put(Value.Text.of(name), value, budget));
        return result;
    }

    /** Returns its values in turn, over and over. */
    private static final class Cycler implements Value.Host {
        private final List<Value> values;
        private int at;

        Cycler(Arguments arguments) {
            this.values = Collections.unmodifiableList(arguments.positional());
            if (values.isEmpty() || !arguments.named().isEmpty()) {
                throw new TemplateException("cycler() needs at least one item, without names");
            }
        }

        @Override
        public String typeName() {
            return "Cycler";
        }

        @Override
        public boolean callable() {
            return false;
        }

        @Override
        public Optional<Value> attribute(String name) {
            return switch (name) {
                case "current" -> Optional.of(values.get(at));
                case "next" ->
                    Optional.of(new Value.Function(name, (arguments, _) -> {
                        arguments.bind(name);
                        Value value = values.get(at);
                        at = (at + 1) % values.size();
                        return value;
                    }));
                case "reset" ->
                    Optional.of(new Value.Function(name, (arguments, _) -> {
                        arguments.bind(name);
                        at = 0;
                        return Value.None.NONE;
                    }));
                default -> Optional.empty();
            };
        }
    }

    /** Returns nothing when first called, and its separator from then on. */
    private static final class Joiner implements Value.Host {
        private final String separator;
        private boolean used;

        Joiner(String separator) {
            this.separator = separator;
        }

        @Override
        public String typeName() {
            return "Joiner";
        }

        @Override
        public Value call(Arguments arguments, Interpreter interpreter) {
            arguments.bind("joiner");
            String text = used ? separator : "";
            used = true;
            return Value.Text.of(text);
        }
    }
}
