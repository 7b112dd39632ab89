package orrery.token.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** The keys of dicts: hashable values in a form in which Python's equal keys are Java's equal objects. */
final class Keys {
    private Keys() {}

    /**
     * The canonical form of a key.
     *
     * @throws TemplateException if Python cannot hash the value's type
     */
    static Object of(Value key, Budget budget) {
        return switch (key) {
            case Value.Text text -> text.text();
            case Value.Int integer -> integer.number();
            case Value.Bool truth -> truth == Value.Bool.TRUE ? BigInteger.ONE : BigInteger.ZERO;
            case Value.Real real -> canonical(real.number());
            case Value.None none -> none;
            case Value.Tuple tuple -> {
                budget.descend();
                budget.spendElements(tuple.items().size());
                List<Object> parts = new ArrayList<>();
                for (Value item : tuple.items()) {
                    parts.add(of(item, budget));
                }
                budget.ascend();
                yield parts;
            }
            case Value.Range range -> range;
            case Value.Undefined _ -> Value.Undefined.class;
            case Value.Items _, Value.Dict _, Value.View _ ->
                throw new TemplateException("unhashable type: '" + key.typeName() + "'");
            case Value.Generator _, Value.Namespace _, Value.Host _ -> new Identity(key);
        };
    }

    private static Object canonical(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number) || number != Math.rint(number)) {
            return number;
        }
        return new BigDecimal(number).toBigInteger();
    }

    /** Equal only to itself. */
    private static final class Identity {
        private final Value value;

        Identity(Value value) {
            this.value = value;
        }

        @Override
        @SuppressWarnings("ReferenceEquality")
        public boolean equals(Object other) {
            return other instanceof Identity identity && identity.value == value;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(value);
        }
    }
}
