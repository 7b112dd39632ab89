package orrery.token.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Python's equality, order and membership. */
final class Comparisons {
    private Comparisons() {}

    /** {@code left == right}: numbers by value across types, containers by their elements. */
    @SuppressWarnings("ReferenceEquality")
    static boolean equal(Value left, Value right, Budget budget) {
        budget.descend();
        boolean equal;
        if (numeric(left) && numeric(right)) {
            equal = !nan(left) && !nan(right) && compareNumbers(left, right) == 0;
        } else {
            equal = switch (left) {
                case Value.Text text -> right instanceof Value.Text other && sameText(text, other, budget);
                case Value.Items list ->
                    right instanceof Value.Items other && sameItems(list.items(), other.items(), budget);
                case Value.Tuple tuple ->
                    right instanceof Value.Tuple other && sameItems(tuple.items(), other.items(), budget);
                case Value.Dict dict -> right instanceof Value.Dict other && sameEntries(dict, other, budget);
                case Value.View view ->
                    right instanceof Value.View other
                            && view.typeName().equals(other.typeName())
                            && sameItems(view.items(), other.items(), budget);
                case Value.Range range -> range.equals(right);
                case Value.Undefined _ -> right instanceof Value.Undefined;
                case Value.None _, Value.Bool _, Value.Int _, Value.Real _ -> left == right;
                case Value.Generator _, Value.Namespace _, Value.Host _ -> left == right;
            };
        }
        budget.ascend();
        return equal;
    }

    private static boolean sameText(Value.Text left, Value.Text right, Budget budget) {
        budget.spend(Math.min(left.text().length(), right.text().length()) / 16);
        return left.text().equals(right.text());
    }

    private static boolean sameItems(List<Value> left, List<Value> right, Budget budget) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!equal(left.get(i), right.get(i), budget)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameEntries(Value.Dict left, Value.Dict right, Budget budget) {
        if (left.entries().size() != right.entries().size()) {
            return false;
        }
        for (Map.Entry<Object, Value.Dict.Entry> entry : left.entries().entrySet()) {
            Value.Dict.Entry other = right.entries().get(entry.getKey());
            if (other == null || !equal(entry.getValue().value(), other.value(), budget)) {
                return false;
            }
        }
        return true;
    }

    static boolean numeric(Value value) {
        return value instanceof Value.Int || value instanceof Value.Bool || value instanceof Value.Real;
    }

    private static boolean nan(Value value) {
        return value instanceof Value.Real real && Double.isNaN(real.number());
    }

    private static int compareNumbers(Value left, Value right) {
        if (left instanceof Value.Real a && right instanceof Value.Real b) {
            return a.number() == b.number() ? 0 : Double.compare(a.number(), b.number());
        }
        if (left instanceof Value.Real real) {
            return -compareExactly(JinjaNumbers.integer(right), real.number());
        }
        if (right instanceof Value.Real real) {
            return compareExactly(JinjaNumbers.integer(left), real.number());
        }
        return JinjaNumbers.integer(left).compareTo(JinjaNumbers.integer(right));
    }

    private static int compareExactly(BigInteger integer, double real) {
        if (Double.isInfinite(real) || Double.isNaN(real)) {
            // Like Double.compare, NaN comes last: a sort needs some order.
            return real < 0 ? 1 : -1;
        }
        return new BigDecimal(integer).compareTo(new BigDecimal(real));
    }

    /** {@code left < right} and similar. Comparisons with NaN are false. */
    static boolean ordered(Value left, Value right, Expression.ComparisonOperator operator, Budget budget) {
        if (numeric(left) && numeric(right) && (nan(left) || nan(right))) {
            return false;
        }
        int order = compare(left, right, operator.symbol(), budget);
        return switch (operator) {
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
            case EQUAL, UNEQUAL, IN, NOT_IN -> throw new IllegalArgumentException(operator + " is no order");
        };
    }

    /**
     * Compares two values: negative, zero or positive.
     *
     * @param operator for the message
     * @throws TemplateException if Python does not order their types
     */
    static int compare(Value left, Value right, String operator, Budget budget) {
        budget.descend();
        int order;
        if (numeric(left) && numeric(right)) {
            order = compareNumbers(left, right);
        } else if (left instanceof Value.Text a && right instanceof Value.Text b) {
            budget.spend(Math.min(a.text().length(), b.text().length()) / 16);
            order = compareCodePoints(a.text(), b.text());
        } else if (left instanceof Value.Items a && right instanceof Value.Items b) {
            order = compareItems(a.items(), b.items(), operator, budget);
        } else if (left instanceof Value.Tuple a && right instanceof Value.Tuple b) {
            order = compareItems(a.items(), b.items(), operator, budget);
        } else if (left instanceof Value.Undefined undefined) {
            throw undefined.failure();
        } else if (right instanceof Value.Undefined undefined) {
            throw undefined.failure();
        } else {
            throw new TemplateException("'" + operator + "' not supported between instances of '" + left.typeName()
                    + "' and '" + right.typeName() + "'");
        }
        budget.ascend();
        return order;
    }

    // String.compareTo orders UTF-16 units, which puts U+10000 and above before U+E000.
    private static int compareCodePoints(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean aPaired = Character.isSurrogate(a);
                return aPaired == Character.isSurrogate(b) ? Character.compare(a, b) : aPaired ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    private static int compareItems(List<Value> left, List<Value> right, String operator, Budget budget) {
        int length = Math.min(left.size(), right.size());
        for (int i = 0; i < length; i++) {
            if (!equal(left.get(i), right.get(i), budget)) {
                return compare(left.get(i), right.get(i), operator, budget);
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    /**
     * {@code element in container}.
     *
     * @throws TemplateException if the container is not one, or a string is searched for something else than a string
     */
    static boolean contains(Value container, Value element, Budget budget) {
        if (container instanceof Value.Text text) {
            return switch (element) {
                case Value.Text part -> {
                    budget.spend(text.text().length() / 4 + part.text().length());
                    yield TextSearch.first(text.text(), part.text(), 0) >= 0;
                }
                default ->
                    throw new TemplateException(
                            "'in <string>' requires string as left operand, not " + element.typeName());
            };
        }
        if (container instanceof Value.Dict dict) {
            return dict.find(element, budget).isPresent();
        }
        if (!Sequences.iterable(container)) {
            throw new TemplateException("argument of type '" + container.typeName() + "' is not iterable");
        }
        Iterator<Value> elements = Sequences.iterate(container, budget);
        while (elements.hasNext()) {
            if (equal(elements.next(), element, budget)) {
                return true;
            }
        }
        return false;
    }
}
