package orrery.token.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import orrery.token.jinja.Expression.BinaryOperator;
import orrery.token.jinja.Expression.CallArguments;
import orrery.token.jinja.Expression.ComparisonOperator;
import orrery.token.jinja.Expression.UnaryOperator;

/** Parses Jinja's expressions by recursive descent; their precedences differ slightly from Python's. */
final class ExpressionParser {
    private static final Map<String, ComparisonOperator> COMPARISONS = Map.of(
            "==", ComparisonOperator.EQUAL,
            "!=", ComparisonOperator.UNEQUAL,
            "<", ComparisonOperator.LESS,
            "<=", ComparisonOperator.LESS_OR_EQUAL,
            ">", ComparisonOperator.GREATER,
            ">=", ComparisonOperator.GREATER_OR_EQUAL);
    private static final Set<String> NO_TEST_ARGUMENT = Set.of("else", "or", "and");

    private final TokenStream tokens;
    private final UnknownNames unknown;
    private final PrimaryParser primaries;

    /** @param namesRead receives every variable that is read */
    ExpressionParser(TokenStream tokens, UnknownNames unknown, Consumer<String> namesRead) {
        this.tokens = tokens;
        this.unknown = unknown;
        this.primaries = new PrimaryParser(tokens, this, namesRead);
    }

    /** An expression, with its {@code if … else}. */
    Expression expression() {
        tokens.descend();
        int mark = unknown.mark();
        Expression result = disjunction();
        while (tokens.current().isName("if")) {
            int at = tokens.take().at();
            Expression condition = disjunction();
            Optional<Expression> otherwise = tokens.takeIfName("else") ? Optional.of(expression()) : Optional.empty();
            unknown.leaveSince(mark);
            result = new Expression.Conditional(condition, result, otherwise, at);
        }
        tokens.ascend();
        return result;
    }

    /** One expression, or several with commas as a tuple. */
    Expression expressions(boolean conditional) {
        int at = tokens.current().at();
        if (tupleEnds()) {
            throw tokens.unexpected("an expression");
        }
        Expression first = conditional ? expression() : disjunction();
        if (!tokens.current().isOperator(",")) {
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (tokens.takeIfOperator(",") && !tupleEnds()) {
            items.add(conditional ? expression() : disjunction());
        }
        return new Expression.TupleDisplay(items, at);
    }

    private boolean tupleEnds() {
        Token token = tokens.current();
        return token.kind() == Token.Kind.VARIABLE_END || token.kind() == Token.Kind.BLOCK_END || token.isOperator(")");
    }

    /** An expression that ends before an {@code if}. */
    Expression disjunction() {
        Expression left = conjunction();
        while (tokens.current().isName("or")) {
            int at = tokens.take().at();
            left = new Expression.Or(left, conjunction(), at);
        }
        return left;
    }

    private Expression conjunction() {
        Expression left = negation();
        while (tokens.current().isName("and")) {
            int at = tokens.take().at();
            left = new Expression.And(left, negation(), at);
        }
        return left;
    }

    private Expression negation() {
        if (!tokens.current().isName("not")) {
            return comparison();
        }
        int at = tokens.take().at();
        tokens.descend();
        Expression operand = negation();
        tokens.ascend();
        return new Expression.Unary(UnaryOperator.NOT, operand, at);
    }

    private Expression comparison() {
        Expression first = sum();
        List<Expression.Comparison.Link> links = new ArrayList<>();
        while (true) {
            Token token = tokens.current();
            Optional<ComparisonOperator> operator = comparisonOperator(token);
            if (operator.isEmpty()) {
                break;
            }
            tokens.take();
            if (operator.get() == ComparisonOperator.NOT_IN) {
                tokens.take();
            }
            links.add(new Expression.Comparison.Link(operator.get(), sum(), token.at()));
        }
        return links.isEmpty()
                ? first
                : new Expression.Comparison(first, links, links.getFirst().at());
    }

    private Optional<ComparisonOperator> comparisonOperator(Token token) {
        if (token.kind() == Token.Kind.OPERATOR) {
            return Optional.ofNullable(COMPARISONS.get(token.text()));
        }
        if (token.isName("in")) {
            return Optional.of(ComparisonOperator.IN);
        }
        boolean notIn = token.isName("not") && tokens.following().isName("in");
        return notIn ? Optional.of(ComparisonOperator.NOT_IN) : Optional.empty();
    }

    private Expression sum() {
        Expression left = concatenation();
        while (tokens.current().isOperator("+") || tokens.current().isOperator("-")) {
            Token token = tokens.take();
            BinaryOperator operator = token.text().equals("+") ? BinaryOperator.ADD : BinaryOperator.SUBTRACT;
            left = new Expression.Binary(operator, left, concatenation(), token.at());
        }
        return left;
    }

    private Expression concatenation() {
        Expression first = product();
        if (!tokens.current().isOperator("~")) {
            return first;
        }
        int at = tokens.current().at();
        List<Expression> parts = new ArrayList<>(List.of(first));
        while (tokens.takeIfOperator("~")) {
            parts.add(product());
        }
        return new Expression.Concat(parts, at);
    }

    private Expression product() {
        Expression left = power();
        while (tokens.current().kind() == Token.Kind.OPERATOR) {
            BinaryOperator operator;
            switch (tokens.current().text()) {
                case "*" -> operator = BinaryOperator.MULTIPLY;
                case "/" -> operator = BinaryOperator.DIVIDE;
                case "//" -> operator = BinaryOperator.FLOOR_DIVIDE;
                case "%" -> operator = BinaryOperator.MODULO;
                default -> {
                    return left;
                }
            }
            int at = tokens.take().at();
            left = new Expression.Binary(operator, left, power(), at);
        }
        return left;
    }

    // Unlike in Python, Jinja's power is left-associative and binds less tightly than a sign.
    private Expression power() {
        Expression left = unary(true);
        while (tokens.current().isOperator("**")) {
            int at = tokens.take().at();
            left = new Expression.Binary(BinaryOperator.POWER, left, unary(true), at);
        }
        return left;
    }

    private Expression unary(boolean filtered) {
        Token token = tokens.current();
        Expression result;
        if (token.isOperator("-") || token.isOperator("+")) {
            tokens.take();
            tokens.descend();
            UnaryOperator operator = token.text().equals("-") ? UnaryOperator.MINUS : UnaryOperator.PLUS;
            result = new Expression.Unary(operator, unary(false), token.at());
            tokens.ascend();
        } else {
            result = primaries.primary();
        }
        result = postfixed(result);
        return filtered ? filteredOrTested(result) : result;
    }

    private Expression postfixed(Expression subject) {
        Expression result = subject;
        while (true) {
            Token token = tokens.current();
            if (token.isOperator(".")) {
                tokens.take();
                result = dotted(result, token.at());
            } else if (token.isOperator("[")) {
                tokens.take();
                result = subscript(result, token.at());
            } else if (token.isOperator("(")) {
                result = new Expression.Call(result, callArguments(), token.at());
            } else {
                return result;
            }
        }
    }

    private Expression dotted(Expression subject, int at) {
        Token token = tokens.take();
        return switch (token.kind()) {
            case NAME -> new Expression.Attribute(subject, token.text(), at);
            case INTEGER ->
                new Expression.Subscript(
                        subject, new Expression.Constant(new Value.Int(primaries.integer(token)), token.at()), at);
            default -> throw tokens.failure("expected a name or an integer, found " + token.described(), token);
        };
    }

    private Expression subscript(Expression subject, int at) {
        Optional<Expression> start = tokens.current().isOperator(":") ? Optional.empty() : Optional.of(expression());
        if (!tokens.current().isOperator(":")) {
            if (!tokens.current().isOperator(",")) {
                tokens.expectOperator("]");
                return new Expression.Subscript(subject, start.orElseThrow(), at);
            }
            List<Expression> items = new ArrayList<>(List.of(start.orElseThrow()));
            while (tokens.takeIfOperator(",")) {
                items.add(expression());
            }
            tokens.expectOperator("]");
            return new Expression.Subscript(subject, new Expression.TupleDisplay(items, at), at);
        }
        tokens.take();
        Optional<Expression> stop = sliceEnds() ? Optional.empty() : Optional.of(expression());
        Optional<Expression> step = Optional.empty();
        if (tokens.takeIfOperator(":") && !tokens.current().isOperator("]")) {
            step = Optional.of(expression());
        }
        tokens.expectOperator("]");
        return new Expression.Slice(subject, start, stop, step, at);
    }

    private boolean sliceEnds() {
        return tokens.current().isOperator(":") || tokens.current().isOperator("]");
    }

    private Expression filteredOrTested(Expression input) {
        Expression result = input;
        while (true) {
            Token token = tokens.current();
            if (token.isOperator("|")) {
                tokens.take();
                result = filter(result);
            } else if (token.isName("is")) {
                tokens.take();
                result = test(result);
            } else if (token.isOperator("(")) {
                result = new Expression.Call(result, callArguments(), token.at());
            } else {
                return result;
            }
        }
    }

    /** The filter whose name comes next, applied to the input. */
    Expression filter(Expression input) {
        Token start = tokens.current();
        String name = dottedName();
        if (!Filters.exists(name)) {
            unknown.add("there is no filter named '" + name + "'", start.at());
        }
        CallArguments arguments = tokens.current().isOperator("(") ? callArguments() : CallArguments.NONE;
        return new Expression.Filter(input, name, arguments, start.at());
    }

    private Expression test(Expression input) {
        boolean negated = tokens.takeIfName("not");
        Token start = tokens.current();
        String name = dottedName();
        if (!Tests.exists(name)) {
            unknown.add("there is no test named '" + name + "'", start.at());
        }
        CallArguments arguments = CallArguments.NONE;
        Token token = tokens.current();
        if (token.isOperator("(")) {
            arguments = callArguments();
        } else if (testArgumentStarts(token)) {
            if (token.isName("is")) {
                throw tokens.failure("tests cannot be chained with 'is'", token);
            }
            arguments = new CallArguments(
                    List.of(postfixed(primaries.primary())), List.of(), Optional.empty(), Optional.empty());
        }
        Expression result = new Expression.Test(input, name, arguments, start.at());
        return negated ? new Expression.Unary(UnaryOperator.NOT, result, start.at()) : result;
    }

    private static boolean testArgumentStarts(Token token) {
        return switch (token.kind()) {
            case NAME -> !NO_TEST_ARGUMENT.contains(token.text());
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> token.text().equals("[") || token.text().equals("{");
            case DATA, VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END, END -> false;
        };
    }

    private String dottedName() {
        StringBuilder name = new StringBuilder(tokens.expect(Token.Kind.NAME).text());
        while (tokens.takeIfOperator(".")) {
            name.append('.').append(tokens.expect(Token.Kind.NAME).text());
        }
        return name.toString();
    }

    private CallArguments callArguments() {
        tokens.expectOperator("(");
        List<Expression> positional = new ArrayList<>();
        List<CallArguments.Named> named = new ArrayList<>();
        Optional<Expression> unpacked = Optional.empty();
        Optional<Expression> unpackedNamed = Optional.empty();
        while (!tokens.takeIfOperator(")")) {
            Token token = tokens.current();
            if (unpackedNamed.isPresent()) {
                throw tokens.failure("an argument after '**'", token);
            }
            if (token.isOperator("*") && unpacked.isEmpty()) {
                tokens.take();
                unpacked = Optional.of(expression());
            } else if (token.isOperator("**")) {
                tokens.take();
                unpackedNamed = Optional.of(expression());
            } else if (token.kind() == Token.Kind.NAME && tokens.following().isOperator("=")) {
                tokens.take();
                tokens.take();
                if (named.stream().anyMatch(argument -> argument.name().equals(token.text()))) {
                    throw tokens.failure("the argument '" + token.text() + "' is given twice", token);
                }
                named.add(new CallArguments.Named(token.text(), expression()));
            } else if (unpacked.isEmpty() && named.isEmpty()) {
                positional.add(expression());
            } else {
                throw tokens.failure("a positional argument after a named one or after '*'", token);
            }
            if (!tokens.current().isOperator(")")) {
                tokens.expectOperator(",");
            }
        }
        return new CallArguments(positional, named, unpacked, unpackedNamed);
    }
}
