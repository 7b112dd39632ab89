package orrery.token.jinja;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import orrery.token.jinja.Expression.ComparisonOperator;

/** Jinja's tests by name: what may follow {@code is}. */
final class Tests {
    /** Whether a test holds for a value. */
    interface Test {
        boolean holds(Value value, Arguments arguments, Interpreter interpreter);
    }

    private interface Plain {
        boolean holds(Value value);
    }

    private static final Map<String, Test> TESTS = new TreeMap<>();

    static {
        plain("defined", value -> !(value instanceof Value.Undefined));
        plain("undefined", value -> value instanceof Value.Undefined);
        plain("none", value -> value == Value.None.NONE);
        plain("boolean", value -> value instanceof Value.Bool);
        plain("true", value -> value == Value.Bool.TRUE);
        plain("false", value -> value == Value.Bool.FALSE);
        plain("integer", value -> value instanceof Value.Int);
        plain("float", value -> value instanceof Value.Real);
        plain("number", Comparisons::numeric);
        plain("string", value -> value instanceof Value.Text);
        plain("mapping", value -> value instanceof Value.Dict);
        plain("sequence", Tests::isSequence);
        plain("iterable", Sequences::iterable);
        plain(
                "callable",
                value -> (value instanceof Value.Host host && host.callable()) || value instanceof Value.Undefined);
        plain("escaped", value -> value instanceof Value.Text text && text.safe());
        plain("odd", value -> remainder(value, Value.Int.of(2)).equals("1"));
        plain("even", value -> remainder(value, Value.Int.of(2)).equals("0"));
        TESTS.put(
                "lower", (value, _, interpreter) -> StringQueries.isLower(Printer.print(value, interpreter.budget())));
        TESTS.put(
                "upper", (value, _, interpreter) -> StringQueries.isUpper(Printer.print(value, interpreter.budget())));
        TESTS.put(
                "divisibleby",
                (value, arguments, _) -> remainder(
                                value, arguments.bind("divisibleby", "num").required(0))
                        .equals("0"));
        TESTS.put(
                "sameas",
                (value, arguments, _) ->
                        same(value, arguments.bind("sameas", "other").required(0)));
        TESTS.put(
                "in",
                (value, arguments, interpreter) ->
                        Comparisons.contains(arguments.bind("in", "seq").required(0), value, interpreter.budget()));
        TESTS.put("filter", (value, arguments, _) -> {
            arguments.bind("filter");
            return value instanceof Value.Text name && Filters.exists(name.text());
        });
        TESTS.put("test", (value, arguments, _) -> {
            arguments.bind("test");
            return value instanceof Value.Text name && exists(name.text());
        });
        compared(ComparisonOperator.EQUAL, "eq", "equalto", "==");
        compared(ComparisonOperator.UNEQUAL, "ne", "!=");
        compared(ComparisonOperator.LESS, "lt", "lessthan", "<");
        compared(ComparisonOperator.LESS_OR_EQUAL, "le", "<=");
        compared(ComparisonOperator.GREATER, "gt", "greaterthan", ">");
        compared(ComparisonOperator.GREATER_OR_EQUAL, "ge", ">=");
    }

    private Tests() {}

    private static void plain(String name, Plain test) {
        TESTS.put(name, (value, arguments, _) -> {
            arguments.bind(name);
            return test.holds(value);
        });
    }

    private static void compared(ComparisonOperator operator, String... names) {
        for (String name : names) {
            TESTS.put(
                    name,
                    (value, arguments, interpreter) -> interpreter.compare(
                            operator, value, arguments.bind(name, "other").required(0)));
        }
    }

    static boolean exists(String name) {
        return TESTS.containsKey(name);
    }

    /**
     * The test with that name.
     *
     * @throws TemplateException if there is none
     */
    static Test named(String name) {
        return Optional.ofNullable(TESTS.get(name))
                .orElseThrow(() -> new TemplateException("there is no test named '" + name + "'"));
    }

    // Python's undefined has a length and items, so Jinja treats it as a sequence.
    private static boolean isSequence(Value value) {
        return switch (value) {
            case Value.Text _, Value.Items _, Value.Tuple _, Value.Dict _, Value.Range _, Value.Undefined _ -> true;
            case Value.View _,
                    Value.Generator _,
                    Value.None _,
                    Value.Bool _,
                    Value.Int _,
                    Value.Real _,
                    Value.Namespace _,
                    Value.Host _ -> false;
        };
    }

    private static String remainder(Value value, Value divisor) {
        for (Value number : List.of(value, divisor)) {
            if (number instanceof Value.Undefined undefined) {
                throw undefined.failure();
            }
            if (!Comparisons.numeric(number)) {
                throw new TemplateException("expected a number, not " + number.typeName());
            }
        }
        Value rest = JinjaNumbers.calculate(Expression.BinaryOperator.MODULO, value, divisor);
        return rest instanceof Value.Real real
                ? BigInteger.valueOf((long) real.number()).toString() + (real.number() % 1 == 0 ? "" : ".")
                : JinjaNumbers.integer(rest).toString();
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean same(Value left, Value right) {
        return switch (left) {
            case Value.Text _, Value.Int _, Value.Real _ -> left.equals(right);
            default -> left == right;
        };
    }
}
