package orrery.token.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import orrery.token.jinja.Statement.Signature;
import orrery.token.jinja.Statement.Target;

/** Parses the tags of a template. */
final class StatementParser {
    private static final Set<String> NEEDS_A_LOADER = Set.of("extends", "include", "import", "from");
    private static final Set<String> CONSTANTS = Set.of("true", "false", "none", "True", "False", "None");

    private final TokenStream tokens;
    private final UnknownNames unknown;
    private final ExpressionParser expressions;
    // The variables that each macro around the current tag reads, for varargs, kwargs and caller.
    private final Deque<Set<String>> macroReads = new ArrayDeque<>();
    private final Set<String> blocks = new HashSet<>();
    private int loops;

    private StatementParser(Source source) {
        this.tokens = new TokenStream(source);
        this.unknown = new UnknownNames(source);
        this.expressions = new ExpressionParser(tokens, unknown, name -> macroReads.forEach(reads -> reads.add(name)));
    }

    /**
     * Parses a template into statements.
     *
     * @throws TemplateException naming what is malformed, with line and column
     */
    static List<Statement> parse(Source source) {
        StatementParser parser = new StatementParser(source);
        List<Statement> statements = parser.body("the template", Set.of());
        parser.unknown.refuseSince(0);
        return statements;
    }

    /** Statements up to a tag with one of these names, which is then current; or, without names, to the end. */
    private List<Statement> body(String opened, Set<String> ends) {
        tokens.descend();
        List<Statement> statements = new ArrayList<>();
        while (true) {
            Token token = tokens.take();
            switch (token.kind()) {
                case DATA -> statements.add(new Statement.Data(token.text(), token.at()));
                case VARIABLE_BEGIN -> {
                    statements.add(new Statement.Print(expressions.expressions(true), token.at()));
                    tokens.expect(Token.Kind.VARIABLE_END);
                }
                case BLOCK_BEGIN -> {
                    Token tag = tokens.current();
                    if (tag.kind() == Token.Kind.NAME && ends.contains(tag.text())) {
                        tokens.ascend();
                        return statements;
                    }
                    statement(statements, opened, ends);
                    tokens.expect(Token.Kind.BLOCK_END);
                }
                case END -> {
                    if (!ends.isEmpty()) {
                        throw tokens.failure("expected " + oneOf(ends) + " to close " + opened, token);
                    }
                    tokens.ascend();
                    return statements;
                }
                default -> throw tokens.failure("unexpected " + token.described(), token);
            }
        }
    }

    private static String oneOf(Set<String> ends) {
        return String.join(
                " or ", ends.stream().sorted().map(end -> "'{% " + end + " %}'").toList());
    }

    /** The body of the tag whose head was just parsed. */
    private List<Statement> bodyOf(Token tag, String... ends) {
        tokens.takeIfOperator(":");
        tokens.expect(Token.Kind.BLOCK_END);
        return body("'{% " + tag.text() + " %}'", Set.of(ends));
    }

    /** A body with its own variables, up to and including its end tag. */
    private List<Statement> scopedBody(Token tag, String end) {
        int mark = unknown.mark();
        List<Statement> body = bodyOf(tag, end);
        unknown.refuseSince(mark);
        tokens.take();
        return body;
    }

    private void statement(List<Statement> into, String opened, Set<String> ends) {
        Token tag = tokens.expect(Token.Kind.NAME);
        int at = tag.at();
        switch (tag.text()) {
            case "if" -> into.add(condition(tag));
            case "for" -> into.add(loop(tag));
            case "set" -> into.add(assignment(tag));
            case "macro" -> into.add(macro(tag));
            case "call" -> into.add(callBlock(tag));
            case "filter" -> {
                Expression filtered = filters(expressions.filter(new Expression.Captured(at)));
                into.add(new Statement.FilterBlock(filtered, scopedBody(tag, "endfilter"), at));
            }
            case "with" -> into.add(with(tag));
            case "block" -> into.add(block(tag));
            case "generation" -> {
                int outerLoops = loops;
                loops = 0;
                into.add(new Statement.Scoped(scopedBody(tag, "endgeneration"), at));
                loops = outerLoops;
            }
            case "autoescape" -> {
                if (!(expressions.expression() instanceof Expression.Constant constant) || Truth.of(constant.value())) {
                    throw tokens.failure("only 'autoescape false' is supported: prompts are not HTML", tag);
                }
                into.add(new Statement.Scoped(scopedBody(tag, "endautoescape"), at));
            }
            case "print" -> {
                do {
                    into.add(new Statement.Print(expressions.expression(), at));
                } while (tokens.takeIfOperator(","));
            }
            case "break", "continue" -> {
                if (loops == 0) {
                    throw tokens.failure("'" + tag.text() + "' outside of a loop", tag);
                }
                into.add(tag.text().equals("break") ? new Statement.Break(at) : new Statement.Continue(at));
            }
            default -> throw unknownTag(tag, opened, ends);
        }
    }

    private TemplateException unknownTag(Token tag, String opened, Set<String> ends) {
        if (NEEDS_A_LOADER.contains(tag.text())) {
            return tokens.failure("'" + tag.text() + "' is not possible: a chat template is a single template", tag);
        }
        String expected = ends.isEmpty() ? "" : "; expected " + oneOf(ends) + " to close " + opened;
        return tokens.failure("unknown tag '" + tag.text() + "'" + expected, tag);
    }

    private Statement condition(Token tag) {
        int mark = unknown.mark();
        List<Statement.If.Branch> branches = new ArrayList<>();
        List<Statement> otherwise = List.of();
        Token branch = tag;
        while (true) {
            Expression condition = expressions.expressions(false);
            branches.add(new Statement.If.Branch(condition, bodyOf(branch, "elif", "else", "endif")));
            branch = tokens.take();
            if (branch.isName("else")) {
                otherwise = bodyOf(branch, "endif");
                tokens.take();
            }
            if (!branch.isName("elif")) {
                unknown.leaveSince(mark);
                return new Statement.If(branches, otherwise, tag.at());
            }
        }
    }

    private Statement loop(Token tag) {
        Target target = target("in", false);
        tokens.expectName("in");
        Expression sequence = expressions.expressions(false);
        int mark = unknown.mark();
        Optional<Expression> condition =
                tokens.takeIfName("if") ? Optional.of(expressions.expression()) : Optional.empty();
        boolean recursive = tokens.takeIfName("recursive");
        loops++;
        List<Statement> body = bodyOf(tag, "endfor", "else");
        loops--;
        List<Statement> otherwise = List.of();
        Token end = tokens.take();
        if (end.isName("else")) {
            otherwise = bodyOf(end, "endfor");
            tokens.take();
        }
        unknown.refuseSince(mark);
        return new Statement.For(target, sequence, condition, recursive, body, otherwise, tag.at());
    }

    private Statement assignment(Token tag) {
        Target target = target("=", true);
        if (tokens.takeIfOperator("=")) {
            return new Statement.Set(target, expressions.expressions(true), tag.at());
        }
        Expression filtered = filters(new Expression.Captured(tag.at()));
        return new Statement.SetBlock(target, filtered, scopedBody(tag, "endset"), tag.at());
    }

    private Expression filters(Expression input) {
        Expression result = input;
        while (tokens.takeIfOperator("|")) {
            result = expressions.filter(result);
        }
        return result;
    }

    private Statement with(Token tag) {
        List<Statement.With.Binding> bindings = new ArrayList<>();
        while (tokens.current().kind() != Token.Kind.BLOCK_END) {
            if (!bindings.isEmpty()) {
                tokens.expectOperator(",");
            }
            Target target = target("=", false);
            tokens.expectOperator("=");
            bindings.add(new Statement.With.Binding(target, expressions.expression()));
        }
        return new Statement.With(bindings, scopedBody(tag, "endwith"), tag.at());
    }

    private Statement block(Token tag) {
        String name = tokens.expect(Token.Kind.NAME).text();
        if (!blocks.add(name)) {
            throw tokens.failure("the block '" + name + "' is defined twice", tag);
        }
        boolean scoped = tokens.takeIfName("scoped");
        tokens.takeIfName("required");
        List<Statement> body = scopedBody(tag, "endblock");
        tokens.takeIfName(name);
        return new Statement.Block(name, scoped, body, tag.at());
    }

    private Statement macro(Token tag) {
        Token name = tokens.expect(Token.Kind.NAME);
        if (CONSTANTS.contains(name.text())) {
            throw tokens.failure("'" + name.text() + "' cannot be assigned to", name);
        }
        List<Signature.Parameter> parameters = parameters();
        return new Statement.Macro(signature(tag, name.text(), parameters, "endmacro"), tag.at());
    }

    private Statement callBlock(Token tag) {
        List<Signature.Parameter> parameters = tokens.current().isOperator("(") ? parameters() : List.of();
        if (!(expressions.expression() instanceof Expression.Call call)) {
            throw tokens.failure("'{% call %}' needs a call of a macro", tag);
        }
        return new Statement.CallBlock(signature(tag, "caller", parameters, "endcall"), call, tag.at());
    }

    private Signature signature(Token tag, String name, List<Signature.Parameter> parameters, String end) {
        int outerLoops = loops;
        loops = 0;
        macroReads.push(new HashSet<>());
        List<Statement> body = scopedBody(tag, end);
        Set<String> reads = macroReads.pop();
        loops = outerLoops;
        parameters.forEach(parameter -> reads.remove(parameter.name()));
        return new Signature(
                name, parameters, reads.contains("varargs"), reads.contains("kwargs"), reads.contains("caller"), body);
    }

    private List<Signature.Parameter> parameters() {
        List<Signature.Parameter> parameters = new ArrayList<>();
        Set<String> names = new HashSet<>();
        tokens.expectOperator("(");
        while (!tokens.takeIfOperator(")")) {
            if (!parameters.isEmpty()) {
                tokens.expectOperator(",");
            }
            Token name = tokens.expect(Token.Kind.NAME);
            if (CONSTANTS.contains(name.text()) || !names.add(name.text())) {
                throw tokens.failure("'" + name.text() + "' cannot be a parameter here", name);
            }
            Optional<Expression> byDefault =
                    tokens.takeIfOperator("=") ? Optional.of(expressions.expression()) : Optional.empty();
            if (byDefault.isEmpty()
                    && !parameters.isEmpty()
                    && parameters.getLast().byDefault().isPresent()) {
                throw tokens.failure("the parameter '" + name.text() + "' needs a default: one before it has", name);
            }
            parameters.add(new Signature.Parameter(name.text(), byDefault));
        }
        return parameters;
    }

    /** The target of an assignment, up to the name or operator that ends it. */
    private Target target(String end, boolean namespaces) {
        Target first = oneTarget(namespaces);
        if (!tokens.current().isOperator(",")) {
            return first;
        }
        List<Target> targets = new ArrayList<>(List.of(first));
        while (tokens.takeIfOperator(",")) {
            if (tokens.current().isName(end) || tokens.current().isOperator(end)) {
                break;
            }
            targets.add(oneTarget(namespaces));
        }
        return new Target.Unpacked(targets);
    }

    private Target oneTarget(boolean namespaces) {
        Token token = tokens.current();
        if (tokens.takeIfOperator("(")) {
            tokens.descend();
            Target inner = target(")", namespaces);
            tokens.ascend();
            tokens.expectOperator(")");
            return inner;
        }
        tokens.expect(Token.Kind.NAME);
        if (CONSTANTS.contains(token.text())) {
            throw tokens.failure("'" + token.text() + "' cannot be assigned to", token);
        }
        if (namespaces && tokens.takeIfOperator(".")) {
            return new Target.NamespaceAttribute(
                    token.text(), tokens.expect(Token.Kind.NAME).text());
        }
        return new Target.Variable(token.text());
    }
}
