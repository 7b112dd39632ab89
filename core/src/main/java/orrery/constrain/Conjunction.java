package orrery.constrain;

import java.util.ArrayList;
import java.util.List;

/** Schemas that must all hold for one value, or must not; in the order of the document, which orders properties. */
record Conjunction(List<Literal> literals) {
    /** A schema that must hold, or must not. */
    record Literal(SchemaNode node, boolean holds) {
        Literal not() {
            return new Literal(node, !holds);
        }

        private boolean isTrue() {
            return node.value() == (holds ? JsonValue.Word.TRUE : JsonValue.Word.FALSE);
        }

        private boolean isFalse() {
            return node.value() == (holds ? JsonValue.Word.FALSE : JsonValue.Word.TRUE);
        }
    }

    static final Conjunction TRUE = new Conjunction(List.of());
    static final Conjunction FALSE =
            of(new Literal(new SchemaNode(JsonValue.Word.FALSE, "", "", SchemaNode.Dialect.CURRENT), true));

    Conjunction {
        literals = List.copyOf(literals);
    }

    static Conjunction of(Literal literal) {
        return literal.isTrue() ? TRUE : new Conjunction(List.of(literal));
    }

    /** Whether no value can be, for a reason that is seen at once. */
    boolean isFalse() {
        return literals.size() == 1 && literals.getFirst().isFalse();
    }

    Conjunction and(Conjunction other) {
        if (literals.isEmpty() || other.isFalse()) {
            return other;
        }
        var all = new ArrayList<>(literals);
        for (var literal : other.literals) {
            if (all.contains(literal.not())) {
                return FALSE;
            }
            if (!all.contains(literal)) {
                all.add(literal);
            }
        }
        return isFalse() || all.size() == literals.size() ? this : new Conjunction(all);
    }
}
