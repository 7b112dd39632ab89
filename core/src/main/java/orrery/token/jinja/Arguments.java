package orrery.token.jinja;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The arguments of one call, as written. */
record Arguments(List<Value> positional, Map<String, Value> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    /** The arguments after the first {@code count} positional ones. */
    Arguments after(int count) {
        return new Arguments(positional.subList(Math.min(count, positional.size()), positional.size()), named);
    }

    /**
     * Assigns the arguments to parameters.
     *
     * @throws TemplateException if there are too many, one is unknown, or one is given twice
     */
    Bound bind(String function, String... parameters) {
        if (positional.size() > parameters.length) {
            throw new TemplateException(function + "() takes at most " + parameters.length + " arguments ("
                    + positional.size() + " given)");
        }
        Value[] values = new Value[parameters.length];
        for (int i = 0; i < positional.size(); i++) {
            values[i] = positional.get(i);
        }
        named.forEach((name, value) -> {
            int index = List.of(parameters).indexOf(name);
            if (index < 0) {
                throw new TemplateException(function + "() got an unexpected keyword argument '" + name + "'");
            }
            if (index < positional.size()) {
                throw new TemplateException(function + "() got multiple values for argument '" + name + "'");
            }
            values[index] = value;
        });
        return new Bound(function, parameters, values);
    }

    /** Arguments by the position of their parameter. */
    static final class Bound {
        private final String function;
        private final String[] parameters;
        private final Value[] values;

        private Bound(String function, String[] parameters, Value[] values) {
            this.function = function;
            this.parameters = parameters;
            this.values = values;
        }

        Optional<Value> at(int index) {
            return Optional.ofNullable(values[index]);
        }

        /** As {@link #at}, but None counts as not given. */
        Optional<Value> given(int index) {
            return at(index).filter(value -> value != Value.None.NONE);
        }

        Value required(int index) {
            return at(index)
                    .orElseThrow(() -> new TemplateException(
                            function + "() missing required argument '" + parameters[index] + "'"));
        }

        String text(int index) {
            return text(index, required(index));
        }

        String text(int index, String otherwise) {
            return at(index).map(value -> text(index, value)).orElse(otherwise);
        }

        private String text(int index, Value value) {
            if (value instanceof Value.Text text) {
                return text.text();
            }
            throw wrong(index, "a str", value);
        }

        /** An integer, saturated to 64 bits. */
        long integer(int index, long otherwise) {
            return at(index).map(value -> integer(index, value)).orElse(otherwise);
        }

        long integer(int index) {
            return integer(index, required(index));
        }

        private long integer(int index, Value value) {
            return switch (value) {
                case Value.Int integer -> saturated(integer.number());
                case Value.Bool truth -> truth.number();
                default -> throw wrong(index, "an int", value);
            };
        }

        boolean truth(int index, boolean otherwise) {
            return at(index).map(Truth::of).orElse(otherwise);
        }

        private TemplateException wrong(int index, String expected, Value value) {
            if (value instanceof Value.Undefined undefined) {
                return undefined.failure();
            }
            return new TemplateException(function + "() expects " + expected + " for '" + parameters[index] + "', not '"
                    + value.typeName() + "'");
        }
    }

    /** The nearest 64-bit integer. */
    static long saturated(BigInteger number) {
        if (number.bitLength() < Long.SIZE) {
            return number.longValue();
        }
        return number.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
}
