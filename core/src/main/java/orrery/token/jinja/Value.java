package orrery.token.jinja;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The value of an expression: those of Python's types that templates use. Containers are never changed. */
sealed interface Value {

    /** Python's name of the type, for messages. */
    String typeName();

    /**
     * An undefined value. Prints as nothing, is false, has no elements; any other use fails with the hint.
     *
     * @param hint what was missing
     */
    record Undefined(String hint) implements Value {
        @Override
        public String typeName() {
            return "Undefined";
        }

        TemplateException failure() {
            return new TemplateException(hint);
        }
    }

    /** Python's None. */
    enum None implements Value {
        NONE;

        @Override
        public String typeName() {
            return "NoneType";
        }
    }

    /** Python's bool, which counts as the integers 0 and 1. */
    enum Bool implements Value {
        FALSE,
        TRUE;

        static Bool of(boolean truth) {
            return truth ? TRUE : FALSE;
        }

        /** Its integer value. */
        int number() {
            return this == TRUE ? 1 : 0;
        }

        @Override
        public String typeName() {
            return "bool";
        }
    }

    /** Python's int. */
    record Int(BigInteger number) implements Value {
        static Int of(long number) {
            return new Int(BigInteger.valueOf(number));
        }

        @Override
        public String typeName() {
            return "int";
        }
    }

    /** Python's float. */
    record Real(double number) implements Value {
        @Override
        public String typeName() {
            return "float";
        }
    }

    /**
     * Python's str.
     *
     * @param safe whether it is markup, which escapes whatever is joined to it
     */
    record Text(String text, boolean safe) implements Value {
        static Text of(String text) {
            return new Text(text, false);
        }

        @Override
        public String typeName() {
            return "str";
        }
    }

    /** Python's list. */
    record Items(List<Value> items) implements Value {
        @Override
        public String typeName() {
            return "list";
        }
    }

    /**
     * Python's tuple.
     *
     * @param names the names of the first items, for tuples of {@code groupby}; otherwise empty
     */
    record Tuple(List<Value> items, List<String> names) implements Value {
        static Tuple of(Value... items) {
            return new Tuple(List.of(items), List.of());
        }

        @Override
        public String typeName() {
            return "tuple";
        }
    }

    /**
     * Python's dict, in the order of insertion.
     *
     * @param entries by the key in the form of {@link Keys#of}, in which 1, 1.0 and True are one key
     */
    record Dict(Map<Object, Entry> entries) implements Value {
        record Entry(Value key, Value value) {}

        static Dict empty() {
            return new Dict(new LinkedHashMap<>());
        }

        static Dict ofTexts(Map<String, Value> values) {
            Dict dict = empty();
            values.forEach((name, value) -> dict.entries.put(name, new Entry(Text.of(name), value)));
            return dict;
        }

        /** Only while the dict is being created. An existing key keeps its place and its first form. */
        void put(Value key, Value value, Budget budget) {
            budget.spendElements(1);
            Object canonical = Keys.of(key, budget);
            Entry old = entries.get(canonical);
            entries.put(canonical, new Entry(old == null ? key : old.key, value));
        }

        Optional<Value> find(Value key, Budget budget) {
            return Optional.ofNullable(entries.get(Keys.of(key, budget))).map(Entry::value);
        }

        List<Value> keys() {
            return entries.values().stream().map(Entry::key).toList();
        }

        List<Value> values() {
            return entries.values().stream().map(Entry::value).toList();
        }

        List<Value> items() {
            return entries.values().stream()
                    .map(entry -> (Value) Tuple.of(entry.key, entry.value))
                    .toList();
        }

        @Override
        public String typeName() {
            return "dict";
        }
    }

    /**
     * The result of a dict's {@code keys()}, {@code values()} or {@code items()}: iterable, but not a list.
     *
     * @param typeName {@code dict_keys} and so on
     */
    record View(String typeName, List<Value> items) implements Value {}

    /** Python's range. */
    record Range(long start, long stop, long step) implements Value {
        long length() {
            long span = step > 0 ? stop - start : start - stop;
            return span <= 0 ? 0 : (span - 1) / Math.abs(step) + 1;
        }

        Value at(long index) {
            return Int.of(start + index * step);
        }

        @Override
        public String typeName() {
            return "range";
        }
    }

    /** A lazy sequence, which can be iterated once; the result of {@code map} and {@code select}. */
    record Generator(Iterator<Value> rest) implements Value {
        @Override
        public String typeName() {
            return "generator";
        }
    }

    /** The only value that a template can change. */
    record Namespace(Map<String, Value> attributes) implements Value {
        @Override
        public String typeName() {
            return "Namespace";
        }
    }

    /** What the interpreter provides: functions, macros, bound methods, the loop. */
    non-sealed interface Host extends Value {
        /** An attribute by its name. */
        default Optional<Value> attribute(String name) {
            return Optional.empty();
        }

        default boolean callable() {
            return true;
        }

        /** Calls it. */
        default Value call(Arguments arguments, Interpreter interpreter) {
            throw new TemplateException("'" + typeName() + "' object is not callable");
        }

        /** Its printed form, if Python prints it without an address. */
        default Optional<String> printed(Budget budget) {
            return Optional.empty();
        }
    }

    /** A function of the interpreter or a method bound to its value. */
    record Function(String name, Body body) implements Host {
        interface Body {
            Value call(Arguments arguments, Interpreter interpreter);
        }

        @Override
        public String typeName() {
            return "function";
        }

        @Override
        public Value call(Arguments arguments, Interpreter interpreter) {
            return body.call(arguments, interpreter);
        }
    }
}
