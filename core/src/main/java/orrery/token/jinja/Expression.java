package orrery.token.jinja;

import java.util.List;
import java.util.Optional;

/** An expression. Every node knows the offset of its first token or operator in the template. */
sealed interface Expression {
    int at();

    record Constant(Value value, int at) implements Expression {}

    record Name(String name, int at) implements Expression {}

    record ListDisplay(List<Expression> items, int at) implements Expression {}

    record TupleDisplay(List<Expression> items, int at) implements Expression {}

    record DictDisplay(List<Pair> pairs, int at) implements Expression {
        record Pair(Expression key, Expression value) {}
    }

    /** {@code subject.name}: an attribute first, an item second. */
    record Attribute(Expression subject, String name, int at) implements Expression {}

    /** {@code subject[key]}: an item first, an attribute second. */
    record Subscript(Expression subject, Expression key, int at) implements Expression {}

    /** {@code subject[start:stop:step]}. */
    record Slice(
            Expression subject,
            Optional<Expression> start,
            Optional<Expression> stop,
            Optional<Expression> step,
            int at)
            implements Expression {}

    record Call(Expression function, CallArguments arguments, int at) implements Expression {}

    record Filter(Expression input, String name, CallArguments arguments, int at) implements Expression {}

    record Test(Expression input, String name, CallArguments arguments, int at) implements Expression {}

    record Unary(UnaryOperator operator, Expression operand, int at) implements Expression {}

    record Binary(BinaryOperator operator, Expression left, Expression right, int at) implements Expression {}

    /** {@code a ~ b ~ c}. */
    record Concat(List<Expression> parts, int at) implements Expression {}

    /** {@code first < second <= third}: every link must hold; evaluation stops at the first that does not. */
    record Comparison(Expression first, List<Link> links, int at) implements Expression {
        record Link(ComparisonOperator operator, Expression operand, int at) {}
    }

    record And(Expression left, Expression right, int at) implements Expression {}

    record Or(Expression left, Expression right, int at) implements Expression {}

    record Conditional(Expression condition, Expression then, Optional<Expression> otherwise, int at)
            implements Expression {}

    /** The text that a filter block or the filters of a {@code set} block are applied to. */
    record Captured(int at) implements Expression {}

    enum UnaryOperator {
        NOT,
        MINUS,
        PLUS
    }

    enum BinaryOperator {
        ADD("+"),
        SUBTRACT("-"),
        MULTIPLY("*"),
        DIVIDE("/"),
        FLOOR_DIVIDE("//"),
        MODULO("%"),
        POWER("**");

        private final String symbol;

        BinaryOperator(String symbol) {
            this.symbol = symbol;
        }

        String symbol() {
            return symbol;
        }
    }

    enum ComparisonOperator {
        EQUAL("=="),
        UNEQUAL("!="),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">="),
        IN("in"),
        NOT_IN("not in");

        private final String symbol;

        ComparisonOperator(String symbol) {
            this.symbol = symbol;
        }

        String symbol() {
            return symbol;
        }
    }

    /** Arguments as written, with {@code *} and {@code **} ones separate. */
    record CallArguments(
            List<Expression> positional,
            List<Named> named,
            Optional<Expression> unpacked,
            Optional<Expression> unpackedNamed) {
        static final CallArguments NONE = new CallArguments(List.of(), List.of(), Optional.empty(), Optional.empty());

        record Named(String name, Expression value) {}
    }
}
