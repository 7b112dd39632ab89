package orrery.token.jinja;

import java.util.ArrayList;
import java.util.List;
import orrery.token.jinja.Expression.BinaryOperator;
import orrery.token.jinja.Expression.UnaryOperator;

/** The operators between values of any type. */
final class Operators {
    private Operators() {}

    /**
     * The result of an operator.
     *
     * @throws TemplateException if Python does not support it for these types
     */
    static Value binary(BinaryOperator operator, Value left, Value right, Budget budget) {
        if (Comparisons.numeric(left) && Comparisons.numeric(right)) {
            return JinjaNumbers.calculate(operator, left, right);
        }
        if (left instanceof Value.Undefined undefined) {
            throw undefined.failure();
        }
        if (left instanceof Value.Text text && operator == BinaryOperator.MODULO) {
            return PercentFormat.format(text, right, budget);
        }
        if (right instanceof Value.Undefined undefined) {
            throw undefined.failure();
        }
        return switch (operator) {
            case ADD -> add(left, right, budget);
            case MULTIPLY -> {
                if (right instanceof Value.Int || right instanceof Value.Bool) {
                    yield repeat(left, right, budget);
                }
                if (left instanceof Value.Int || left instanceof Value.Bool) {
                    yield repeat(right, left, budget);
                }
                throw unsupported(operator, left, right);
            }
            case SUBTRACT, DIVIDE, FLOOR_DIVIDE, MODULO, POWER -> throw unsupported(operator, left, right);
        };
    }

    private static TemplateException unsupported(BinaryOperator operator, Value left, Value right) {
        return new TemplateException("unsupported operand types for " + operator.symbol() + ": '" + left.typeName()
                + "' and '" + right.typeName() + "'");
    }

    private static Value add(Value left, Value right, Budget budget) {
        if (left instanceof Value.Text a && right instanceof Value.Text b) {
            boolean safe = a.safe() || b.safe();
            String first = markup(a, safe);
            String second = markup(b, safe);
            budget.spend((long) first.length() + second.length());
            return new Value.Text(first + second, safe);
        }
        if (left instanceof Value.Items a && right instanceof Value.Items b) {
            return new Value.Items(joined(a.items(), b.items(), budget));
        }
        if (left instanceof Value.Tuple a && right instanceof Value.Tuple b) {
            return new Value.Tuple(joined(a.items(), b.items(), budget), List.of());
        }
        if (left instanceof Value.Text) {
            throw new TemplateException("can only concatenate str (not '" + right.typeName() + "') to str");
        }
        throw unsupported(BinaryOperator.ADD, left, right);
    }

    /** The text as it is joined with others: escaped if they are markup and it is not. */
    static String markup(Value.Text text, boolean safe) {
        return safe && !text.safe() ? PythonText.escaped(text.text()) : text.text();
    }

    private static List<Value> joined(List<Value> left, List<Value> right, Budget budget) {
        budget.spendElements((long) left.size() + right.size());
        List<Value> items = new ArrayList<>(left);
        items.addAll(right);
        return items;
    }

    private static Value repeat(Value subject, Value count, Budget budget) {
        long times = Math.max(0, Arguments.saturated(JinjaNumbers.integer(count)));
        return switch (subject) {
            case Value.Text text -> new Value.Text(repeated(text.text(), times, budget), text.safe());
            case Value.Items list -> new Value.Items(repeated(list.items(), times, budget));
            case Value.Tuple tuple -> new Value.Tuple(repeated(tuple.items(), times, budget), List.of());
            default -> throw unsupported(BinaryOperator.MULTIPLY, subject, count);
        };
    }

    /** The text repeated; the cost is paid first. */
    static String repeated(String text, long times, Budget budget) {
        if (text.isEmpty()) {
            return "";
        }
        budget.spend(product(text.length(), times));
        return text.repeat((int) times);
    }

    private static List<Value> repeated(List<Value> items, long times, Budget budget) {
        if (items.isEmpty()) {
            return List.of();
        }
        long size = product(items.size(), times);
        budget.spendElements(size);
        List<Value> result = new ArrayList<>((int) size);
        for (long i = 0; i < times; i++) {
            result.addAll(items);
        }
        return result;
    }

    private static long product(long size, long times) {
        return times > Integer.MAX_VALUE ? Long.MAX_VALUE : size * times;
    }

    /** The result of a sign or of {@code not}. */
    static Value unary(UnaryOperator operator, Value operand) {
        if (operator == UnaryOperator.NOT) {
            return Value.Bool.of(!Truth.of(operand));
        }
        boolean negative = operator == UnaryOperator.MINUS;
        return switch (operand) {
            case Value.Real real -> negative ? new Value.Real(-real.number()) : real;
            case Value.Int integer -> negative ? new Value.Int(integer.number().negate()) : integer;
            case Value.Bool truth -> Value.Int.of(negative ? -truth.number() : truth.number());
            case Value.Undefined undefined -> throw undefined.failure();
            default ->
                throw new TemplateException(
                        "bad operand type for unary " + (negative ? "-" : "+") + ": '" + operand.typeName() + "'");
        };
    }
}
