package orrery.token.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import orrery.token.jinja.Statement.Target;

/** Executes statements and collects their output. */
final class Renderer {
    /** The variable that filters of a block are applied to; templates cannot name it. */
    static final String CAPTURED = "{captured}";

    /** How a statement ends. */
    private enum Flow {
        NEXT,
        BREAK,
        CONTINUE
    }

    private final Interpreter interpreter;
    private final Budget budget;
    private Optional<Scope> root = Optional.empty();

    Renderer(Interpreter interpreter) {
        this.interpreter = interpreter;
        this.budget = interpreter.budget();
    }

    /** The output of the statements. */
    String written(List<Statement> statements, Scope scope) {
        if (root.isEmpty()) {
            root = Optional.of(scope);
        }
        StringBuilder out = new StringBuilder();
        run(statements, scope, out);
        return out.toString();
    }

    private Flow run(List<Statement> statements, Scope scope, StringBuilder out) {
        for (Statement statement : statements) {
            Flow flow = run(statement, scope, out);
            if (flow != Flow.NEXT) {
                return flow;
            }
        }
        return Flow.NEXT;
    }

    private Flow run(Statement statement, Scope scope, StringBuilder out) {
        budget.descend();
        interpreter.reach(statement.at());
        Flow flow = Flow.NEXT;
        switch (statement) {
            case Statement.Data data -> write(data.text(), out);
            case Statement.Print print -> {
                Value value = interpreter.evaluate(print.value(), scope);
                interpreter.reach(print.value().at());
                write(Printer.print(value, budget), out);
            }
            case Statement.If condition -> flow = choose(condition, scope, out);
            case Statement.For loop -> flow = loop(loop, scope, out);
            case Statement.Set set -> assign(set.target(), interpreter.evaluate(set.value(), scope), set.at(), scope);
            case Statement.SetBlock block -> {
                StringBuilder captured = new StringBuilder();
                Scope inner = scope.inner();
                flow = run(block.body(), inner, captured);
                if (flow == Flow.NEXT) {
                    assign(block.target(), filtered(block.filtered(), captured, inner), block.at(), scope);
                }
            }
            case Statement.FilterBlock block -> {
                StringBuilder captured = new StringBuilder();
                Scope inner = scope.inner();
                flow = run(block.body(), inner, captured);
                if (flow == Flow.NEXT) {
                    write(Printer.print(filtered(block.filtered(), captured, inner), budget), out);
                }
            }
            case Statement.With with -> {
                Scope inner = scope.inner();
                for (Statement.With.Binding binding : with.bindings()) {
                    assign(binding.target(), interpreter.evaluate(binding.value(), scope), with.at(), inner);
                }
                flow = run(with.body(), inner, out);
            }
            case Statement.Macro macro -> scope.set(macro.signature().name(), new Macro(macro.signature(), scope));
            case Statement.CallBlock block -> {
                Macro caller = new Macro(block.caller(), scope);
                Value value = interpreter.call(block.call(), Map.of("caller", caller), scope);
                write(Printer.print(value, budget), out);
            }
            case Statement.Scoped scoped -> flow = run(scoped.body(), scope.inner(), out);
            case Statement.Block block ->
                flow = run(block.body(), (block.scoped() ? scope : root.orElse(scope)).inner(), out);
            case Statement.Break _ -> flow = Flow.BREAK;
            case Statement.Continue _ -> flow = Flow.CONTINUE;
        }
        budget.ascend();
        return flow;
    }

    private void write(String text, StringBuilder out) {
        budget.spend(text.length());
        out.append(text);
    }

    private Value filtered(Expression filters, CharSequence captured, Scope scope) {
        scope.set(CAPTURED, Value.Text.of(captured.toString()));
        return interpreter.evaluate(filters, scope);
    }

    private Flow choose(Statement.If condition, Scope scope, StringBuilder out) {
        for (Statement.If.Branch branch : condition.branches()) {
            if (Truth.of(interpreter.evaluate(branch.condition(), scope))) {
                return run(branch.body(), scope, out);
            }
        }
        return run(condition.otherwise(), scope, out);
    }

    private Flow loop(Statement.For statement, Scope scope, StringBuilder out) {
        Value sequence = interpreter.evaluate(statement.sequence(), scope);
        interpreter.reach(statement.sequence().at());
        return loop(statement, sequence, 0, scope, out);
    }

    private Flow loop(Statement.For statement, Value sequence, int depth, Scope scope, StringBuilder out) {
        Iterator<Value> items = Sequences.iterate(sequence, budget);
        OptionalLong length = Sequences.length(sequence);
        if (statement.condition().isPresent()) {
            items = new Selected(statement, items, scope);
            length = OptionalLong.empty();
        }
        Optional<Loop.Recursion> recursion = statement.recursive()
                ? Optional.of((inner, level) -> {
                    StringBuilder written = new StringBuilder();
                    loop(statement, inner, level, scope, written);
                    return Value.Text.of(written.toString());
                })
                : Optional.empty();
        Loop loop = new Loop(items, length, recursion, depth, budget);
        boolean any = false;
        for (Optional<Value> item = loop.advance(); item.isPresent(); item = loop.advance()) {
            any = true;
            budget.spend(1);
            Scope inner = scope.inner();
            inner.set("loop", loop);
            assign(statement.target(), item.get(), statement.at(), inner);
            if (run(statement.body(), inner, out) == Flow.BREAK) {
                break;
            }
        }
        return any ? Flow.NEXT : run(statement.otherwise(), scope.inner(), out);
    }

    /** The items that satisfy the condition of the loop, evaluated lazily. */
    private final class Selected implements Iterator<Value> {
        private final Statement.For statement;
        private final Iterator<Value> items;
        private final Scope scope;
        private Optional<Value> next = Optional.empty();

        Selected(Statement.For statement, Iterator<Value> items, Scope scope) {
            this.statement = statement;
            this.items = items;
            this.scope = scope;
        }

        @Override
        public boolean hasNext() {
            while (next.isEmpty() && items.hasNext()) {
                Value item = items.next();
                Scope inner = scope.inner();
                assign(statement.target(), item, statement.at(), inner);
                if (Truth.of(interpreter.evaluate(statement.condition().orElseThrow(), inner))) {
                    next = Optional.of(item);
                }
            }
            return next.isPresent();
        }

        @Override
        public Value next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Value item = next.orElseThrow();
            next = Optional.empty();
            return item;
        }
    }

    private void assign(Target target, Value value, int at, Scope scope) {
        interpreter.reach(at);
        switch (target) {
            case Target.Variable variable -> scope.set(variable.name(), value);
            case Target.NamespaceAttribute attribute -> {
                Value namespace = scope.find(attribute.namespace())
                        .orElseGet(() -> new Value.Undefined("'" + attribute.namespace() + "' is undefined"));
                if (!(namespace instanceof Value.Namespace found)) {
                    throw new TemplateException("cannot assign attribute '" + attribute.attribute() + "' of '"
                            + attribute.namespace() + "': only a namespace has attributes that change");
                }
                budget.spendElements(1);
                found.attributes().put(attribute.attribute(), value);
            }
            case Target.Unpacked unpacked -> {
                List<Value> values = Sequences.list(value, budget);
                int expected = unpacked.targets().size();
                if (values.size() != expected) {
                    throw new TemplateException(
                            "cannot unpack " + values.size() + " values into " + expected + " variables");
                }
                for (int i = 0; i < expected; i++) {
                    assign(unpacked.targets().get(i), values.get(i), at, scope);
                }
            }
        }
    }
}
