package orrery.token.jinja;

import java.util.List;
import java.util.Optional;

/** A statement, which writes output or binds variables. */
sealed interface Statement {
    int at();

    record Data(String text, int at) implements Statement {}

    record Print(Expression value, int at) implements Statement {}

    record If(List<Branch> branches, List<Statement> otherwise, int at) implements Statement {
        record Branch(Expression condition, List<Statement> body) {}
    }

    record For(
            Target target,
            Expression sequence,
            Optional<Expression> condition,
            boolean recursive,
            List<Statement> body,
            List<Statement> otherwise,
            int at)
            implements Statement {}

    record Set(Target target, Expression value, int at) implements Statement {}

    /** A {@code set} block; the filters are applied to its body's output. */
    record SetBlock(Target target, Expression filtered, List<Statement> body, int at) implements Statement {}

    record FilterBlock(Expression filtered, List<Statement> body, int at) implements Statement {}

    record With(List<Binding> bindings, List<Statement> body, int at) implements Statement {
        record Binding(Target target, Expression value) {}
    }

    record Macro(Signature signature, int at) implements Statement {}

    /** Calls a macro, which may call the body back as {@code caller}. */
    record CallBlock(Signature caller, Expression.Call call, int at) implements Statement {}

    /** A body with its own variables: {@code generation}, {@code autoescape false}. */
    record Scoped(List<Statement> body, int at) implements Statement {}

    /** A named block, which sees only the template's own variables, or those around it if it is scoped. */
    record Block(String name, boolean scoped, List<Statement> body, int at) implements Statement {}

    record Break(int at) implements Statement {}

    record Continue(int at) implements Statement {}

    /** The parameters and body of a macro. */
    record Signature(
            String name,
            List<Parameter> parameters,
            boolean takesVarargs,
            boolean takesKwargs,
            boolean takesCaller,
            List<Statement> body) {
        record Parameter(String name, Optional<Expression> byDefault) {}
    }

    /** The target of an assignment. */
    sealed interface Target {
        record Variable(String name) implements Target {}

        record NamespaceAttribute(String namespace, String attribute) implements Target {}

        record Unpacked(List<Target> targets) implements Target {}
    }
}
