package orrery.token.jinja;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import orrery.token.jinja.Expression.CallArguments;
import orrery.token.jinja.Expression.ComparisonOperator;

/** One rendering: evaluates expressions, and leaves statements to its {@link Renderer}. */
final class Interpreter {
    private final Budget budget;
    private final Supplier<LocalDateTime> clock;
    private final Renderer renderer;
    // What is being evaluated, for the place in an error message.
    private int at;

    Interpreter(Budget budget, Supplier<LocalDateTime> clock) {
        this.budget = budget;
        this.clock = clock;
        this.renderer = new Renderer(this);
    }

    Budget budget() {
        return budget;
    }

    LocalDateTime now() {
        return clock.get();
    }

    /** The offset of what was evaluated last. */
    int at() {
        return at;
    }

    void reach(int offset) {
        at = offset;
    }

    /** The output of the statements. */
    String written(List<Statement> statements, Scope scope) {
        return renderer.written(statements, scope);
    }

    /** The value of an expression. */
    Value evaluate(Expression expression, Scope scope) {
        budget.descend();
        Value value = switch (expression) {
            case Expression.Constant constant -> constant.value();
            case Expression.Name name ->
                scope.find(name.name()).orElseGet(() -> new Value.Undefined("'" + name.name() + "' is undefined"));
            case Expression.ListDisplay list -> new Value.Items(evaluateAll(list.items(), scope));
            case Expression.TupleDisplay tuple -> new Value.Tuple(evaluateAll(tuple.items(), scope), List.of());
            case Expression.DictDisplay dict -> dict(dict, scope);
            case Expression.Attribute attribute -> {
                Value subject = evaluate(attribute.subject(), scope);
                at = attribute.at();
                yield Attributes.attribute(subject, attribute.name(), budget);
            }
            case Expression.Subscript subscript -> {
                Value subject = evaluate(subscript.subject(), scope);
                Value key = evaluate(subscript.key(), scope);
                at = subscript.at();
                yield Attributes.item(subject, key, budget);
            }
            case Expression.Slice slice -> slice(slice, scope);
            case Expression.Call call -> call(call, Map.of(), scope);
            case Expression.Filter filter -> {
                Value input = evaluate(filter.input(), scope);
                Arguments arguments = arguments(filter.arguments(), scope);
                at = filter.at();
                yield Filters.named(filter.name()).apply(input, arguments, this);
            }
            case Expression.Test test -> {
                Value input = evaluate(test.input(), scope);
                Arguments arguments = arguments(test.arguments(), scope);
                at = test.at();
                yield Value.Bool.of(Tests.named(test.name()).holds(input, arguments, this));
            }
            case Expression.Unary unary -> {
                Value operand = evaluate(unary.operand(), scope);
                at = unary.at();
                yield Operators.unary(unary.operator(), operand);
            }
            case Expression.Binary binary -> {
                Value left = evaluate(binary.left(), scope);
                Value right = evaluate(binary.right(), scope);
                at = binary.at();
                yield Operators.binary(binary.operator(), left, right, budget);
            }
            case Expression.Concat concat -> concatenate(concat, scope);
            case Expression.Comparison comparison -> compare(comparison, scope);
            case Expression.And and -> {
                Value left = evaluate(and.left(), scope);
                yield Truth.of(left) ? evaluate(and.right(), scope) : left;
            }
            case Expression.Or or -> {
                Value left = evaluate(or.left(), scope);
                yield Truth.of(left) ? left : evaluate(or.right(), scope);
            }
            case Expression.Conditional conditional -> choose(conditional, scope);
            case Expression.Captured _ ->
                scope.find(Renderer.CAPTURED).orElseThrow(() -> new IllegalStateException("nothing was captured"));
        };
        budget.ascend();
        return value;
    }

    private List<Value> evaluateAll(List<Expression> expressions, Scope scope) {
        budget.spendElements(expressions.size());
        List<Value> values = new ArrayList<>(expressions.size());
        for (Expression expression : expressions) {
            values.add(evaluate(expression, scope));
        }
        return values;
    }

    private Value dict(Expression.DictDisplay display, Scope scope) {
        Value.Dict dict = Value.Dict.empty();
        for (Expression.DictDisplay.Pair pair : display.pairs()) {
            Value key = evaluate(pair.key(), scope);
            Value value = evaluate(pair.value(), scope);
            at = pair.key().at();
            dict.put(key, value, budget);
        }
        return dict;
    }

    private Value slice(Expression.Slice slice, Scope scope) {
        Value subject = evaluate(slice.subject(), scope);
        Value start = bound(slice.start(), scope);
        Value stop = bound(slice.stop(), scope);
        Value step = bound(slice.step(), scope);
        at = slice.at();
        return Sequences.slice(subject, start, stop, step, budget);
    }

    private Value bound(Optional<Expression> bound, Scope scope) {
        return bound.isPresent() ? evaluate(bound.get(), scope) : Value.None.NONE;
    }

    private Value concatenate(Expression.Concat concat, Scope scope) {
        StringBuilder out = new StringBuilder();
        for (Expression part : concat.parts()) {
            Value value = evaluate(part, scope);
            at = part.at();
            String text = Printer.print(value, budget);
            budget.spend(text.length());
            out.append(text);
        }
        return Value.Text.of(out.toString());
    }

    private Value compare(Expression.Comparison comparison, Scope scope) {
        Value left = evaluate(comparison.first(), scope);
        for (Expression.Comparison.Link link : comparison.links()) {
            Value right = evaluate(link.operand(), scope);
            at = link.at();
            if (!compare(link.operator(), left, right)) {
                return Value.Bool.FALSE;
            }
            left = right;
        }
        return Value.Bool.TRUE;
    }

    /** Whether the comparison holds. */
    boolean compare(ComparisonOperator operator, Value left, Value right) {
        return switch (operator) {
            case EQUAL -> Comparisons.equal(left, right, budget);
            case UNEQUAL -> !Comparisons.equal(left, right, budget);
            case IN -> Comparisons.contains(right, left, budget);
            case NOT_IN -> !Comparisons.contains(right, left, budget);
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> Comparisons.ordered(left, right, operator, budget);
        };
    }

    private Value choose(Expression.Conditional conditional, Scope scope) {
        if (Truth.of(evaluate(conditional.condition(), scope))) {
            return evaluate(conditional.then(), scope);
        }
        if (conditional.otherwise().isPresent()) {
            return evaluate(conditional.otherwise().get(), scope);
        }
        return new Value.Undefined("the inline if-expression evaluated to false and no else section was defined");
    }

    /** Calls a function with additional named arguments. */
    Value call(Expression.Call call, Map<String, Value> besides, Scope scope) {
        Value function = evaluate(call.function(), scope);
        Arguments arguments = arguments(call.arguments(), scope);
        if (!besides.isEmpty()) {
            Map<String, Value> named = new LinkedHashMap<>(arguments.named());
            named.putAll(besides);
            arguments = new Arguments(arguments.positional(), named);
        }
        at = call.at();
        return switch (function) {
            case Value.Host host when host.callable() -> host.call(arguments, this);
            case Value.Undefined undefined -> throw undefined.failure();
            default -> throw new TemplateException("'" + function.typeName() + "' object is not callable");
        };
    }

    private Arguments arguments(CallArguments written, Scope scope) {
        if (written.equals(CallArguments.NONE)) {
            return Arguments.NONE;
        }
        List<Value> positional = evaluateAll(written.positional(), scope);
        Map<String, Value> named = new LinkedHashMap<>();
        for (CallArguments.Named argument : written.named()) {
            named.put(argument.name(), evaluate(argument.value(), scope));
        }
        if (written.unpacked().isPresent()) {
            Value unpacked = evaluate(written.unpacked().get(), scope);
            at = written.unpacked().get().at();
            Iterator<Value> rest = Sequences.iterate(unpacked, budget);
            while (rest.hasNext()) {
                budget.spendElements(1);
                positional.add(rest.next());
            }
        }
        if (written.unpackedNamed().isPresent()) {
            Value unpacked = evaluate(written.unpackedNamed().get(), scope);
            at = written.unpackedNamed().get().at();
            unpackNamed(unpacked, named);
        }
        return new Arguments(positional, named);
    }

    private void unpackNamed(Value unpacked, Map<String, Value> named) {
        if (!(unpacked instanceof Value.Dict dict)) {
            throw new TemplateException("the argument after ** must be a mapping, not " + unpacked.typeName());
        }
        budget.spendElements(dict.entries().size());
        dict.entries().forEach((key, entry) -> {
            if (!(key instanceof String name)) {
                throw new TemplateException("the names of arguments must be str");
            }
            if (named.putIfAbsent(name, entry.value()) != null) {
                throw new TemplateException("got multiple values for the argument '" + name + "'");
            }
        });
    }
}
