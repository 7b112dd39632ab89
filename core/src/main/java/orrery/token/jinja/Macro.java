package orrery.token.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orrery.token.jinja.Statement.Signature;

/**
 * A macro, or the body of a {@code call} block.
 *
 * @param scope the variables around its definition, with their values at the time of the call
 */
record Macro(Signature signature, Scope scope) implements Value.Host {

    @Override
    public String typeName() {
        return "Macro";
    }

    @Override
    public Optional<String> printed(Budget budget) {
        return Optional.of("<Macro " + PythonText.quoted(signature.name()) + ">");
    }

    @Override
    public Optional<Value> attribute(String name) {
        return switch (name) {
            case "name" -> Optional.of(Value.Text.of(signature.name()));
            case "arguments" ->
                Optional.of(new Value.Tuple(
                        signature.parameters().stream()
                                .map(parameter -> (Value) Value.Text.of(parameter.name()))
                                .toList(),
                        List.of()));
            case "catch_kwargs" -> Optional.of(Value.Bool.of(signature.takesKwargs()));
            case "catch_varargs" -> Optional.of(Value.Bool.of(signature.takesVarargs()));
            case "caller" -> Optional.of(Value.Bool.of(signature.takesCaller()));
            default -> Optional.empty();
        };
    }

    /** Returns the body's output. */
    @Override
    public Value call(Arguments arguments, Interpreter interpreter) {
        Scope inner = scope.inner();
        List<Value> positional = arguments.positional();
        Map<String, Value> named = new LinkedHashMap<>(arguments.named());
        int count = signature.parameters().size();
        List<Signature.Parameter> absent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Signature.Parameter parameter = signature.parameters().get(i);
            Value value = i < positional.size() ? positional.get(i) : named.remove(parameter.name());
            if (value == null) {
                absent.add(parameter);
                inner.set(
                        parameter.name(), new Value.Undefined("parameter '" + parameter.name() + "' was not provided"));
            } else {
                inner.set(parameter.name(), value);
            }
        }
        if (signature.takesCaller()) {
            Value caller = named.remove("caller");
            inner.set("caller", caller == null ? new Value.Undefined("No caller defined") : caller);
        }
        if (signature.takesKwargs()) {
            inner.set("kwargs", Value.Dict.ofTexts(named));
        } else if (!named.isEmpty()) {
            throw new TemplateException("macro '" + signature.name() + "' takes no keyword argument '"
                    + named.keySet().iterator().next() + "'");
        }
        if (signature.takesVarargs()) {
            inner.set("varargs", new Value.Tuple(arguments.after(count).positional(), List.of()));
        } else if (positional.size() > count) {
            throw new TemplateException(
                    "macro '" + signature.name() + "' takes not more than " + count + " argument(s)");
        }
        for (Signature.Parameter parameter : absent) {
            if (parameter.byDefault().isPresent()) {
                inner.set(
                        parameter.name(),
                        interpreter.evaluate(parameter.byDefault().get(), inner));
            }
        }
        return Value.Text.of(interpreter.written(signature.body(), inner));
    }
}
