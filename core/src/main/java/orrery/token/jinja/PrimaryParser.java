package orrery.token.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** The primary expressions: names, literals, and displays in brackets. */
final class PrimaryParser {
    private static final int INTEGER_DIGITS = 4_000;

    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private final Consumer<String> namesRead;

    /** @param namesRead receives every variable that is read */
    PrimaryParser(TokenStream tokens, ExpressionParser expressions, Consumer<String> namesRead) {
        this.tokens = tokens;
        this.expressions = expressions;
        this.namesRead = namesRead;
    }

    /** The next name, literal or display. */
    Expression primary() {
        Token token = tokens.current();
        switch (token.kind()) {
            case NAME -> {
                tokens.take();
                return name(token);
            }
            case STRING -> {
                StringBuilder value = new StringBuilder();
                while (tokens.current().kind() == Token.Kind.STRING) {
                    value.append(tokens.take().text());
                }
                return new Expression.Constant(Value.Text.of(value.toString()), token.at());
            }
            case INTEGER -> {
                tokens.take();
                return new Expression.Constant(new Value.Int(integer(token)), token.at());
            }
            case FLOAT -> {
                tokens.take();
                return new Expression.Constant(new Value.Real(Double.parseDouble(token.text())), token.at());
            }
            case OPERATOR -> {
                return display(token);
            }
            case DATA, VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END, END ->
                throw tokens.unexpected("an expression");
        }
        throw tokens.unexpected("an expression");
    }

    private Expression name(Token token) {
        return switch (token.text()) {
            case "true", "True" -> new Expression.Constant(Value.Bool.TRUE, token.at());
            case "false", "False" -> new Expression.Constant(Value.Bool.FALSE, token.at());
            case "none", "None" -> new Expression.Constant(Value.None.NONE, token.at());
            default -> {
                namesRead.accept(token.text());
                yield new Expression.Name(token.text(), token.at());
            }
        };
    }

    /** The integer value of a token. */
    BigInteger integer(Token token) {
        String digits = token.text().toLowerCase(Locale.ROOT);
        if (digits.length() > INTEGER_DIGITS) {
            throw tokens.failure("an integer of more than " + INTEGER_DIGITS + " digits", token);
        }
        if (digits.startsWith("0x")) {
            return new BigInteger(digits.substring(2), 16);
        }
        if (digits.startsWith("0o")) {
            return new BigInteger(digits.substring(2), 8);
        }
        return digits.startsWith("0b") ? new BigInteger(digits.substring(2), 2) : new BigInteger(digits);
    }

    private Expression display(Token token) {
        switch (token.text()) {
            case "(" -> {
                tokens.take();
                if (tokens.takeIfOperator(")")) {
                    return new Expression.TupleDisplay(List.of(), token.at());
                }
                Expression inner = expressions.expressions(true);
                tokens.expectOperator(")");
                return inner;
            }
            case "[" -> {
                tokens.take();
                List<Expression> items = new ArrayList<>();
                while (!tokens.takeIfOperator("]")) {
                    items.add(expressions.expression());
                    if (!tokens.current().isOperator("]")) {
                        tokens.expectOperator(",");
                    }
                }
                return new Expression.ListDisplay(items, token.at());
            }
            case "{" -> {
                tokens.take();
                List<Expression.DictDisplay.Pair> pairs = new ArrayList<>();
                while (!tokens.takeIfOperator("}")) {
                    Expression key = expressions.expression();
                    tokens.expectOperator(":");
                    pairs.add(new Expression.DictDisplay.Pair(key, expressions.expression()));
                    if (!tokens.current().isOperator("}")) {
                        tokens.expectOperator(",");
                    }
                }
                return new Expression.DictDisplay(pairs, token.at());
            }
            default -> throw tokens.unexpected("an expression");
        }
    }
}
