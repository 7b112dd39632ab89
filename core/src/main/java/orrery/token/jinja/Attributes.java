package orrery.token.jinja;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import orrery.token.jinja.Value.Function.Body;

/** Attributes and items of values, as Jinja's sandbox allows them: nothing that changes a value. */
final class Attributes {
    private static final Set<String> CHANGES_A_LIST =
            Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");
    private static final Set<String> CHANGES_A_DICT = Set.of("clear", "pop", "popitem", "setdefault", "update");

    private Attributes() {}

    /** {@code subject.name}: an attribute, otherwise an item, otherwise undefined. */
    static Value attribute(Value subject, String name, Budget budget) {
        return own(subject, name)
                .or(() -> itemOf(subject, Value.Text.of(name), budget))
                .orElseGet(() -> missing(subject, Value.Text.of(name), budget));
    }

    /** {@code subject[key]}: an item, otherwise an attribute, otherwise undefined. */
    static Value item(Value subject, Value key, Budget budget) {
        if (subject instanceof Value.Undefined undefined) {
            throw undefined.failure();
        }
        Optional<Value> item = itemOf(subject, key, budget);
        if (item.isEmpty() && key instanceof Value.Text name) {
            item = own(subject, name.text());
        }
        return item.orElseGet(() -> missing(subject, key, budget));
    }

    private static Value missing(Value subject, Value key, Budget budget) {
        String type = subject == Value.None.NONE ? "None" : subject.typeName() + " object";
        return new Value.Undefined(
                key instanceof Value.Text name
                        ? "'" + type + "' has no attribute '" + abbreviated(name.text()) + "'"
                        : type + " has no element " + abbreviated(Printer.represent(key, budget)));
    }

    private static String abbreviated(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }

    private static Optional<Value> itemOf(Value subject, Value key, Budget budget) {
        return switch (subject) {
            case Value.Dict dict -> hashable(key) ? dict.find(key, budget) : Optional.empty();
            case Value.Items list -> index(key, list.items().size()).map(list.items()::get);
            case Value.Tuple tuple -> index(key, tuple.items().size()).map(tuple.items()::get);
            case Value.Range range -> index(key, range.length()).map(range::at);
            case Value.Text text -> character(text, key, budget);
            default -> Optional.empty();
        };
    }

    private static boolean hashable(Value key) {
        return !(key instanceof Value.Items || key instanceof Value.Dict || key instanceof Value.View);
    }

    private static Optional<Value> character(Value.Text text, Value key, Budget budget) {
        if (!(key instanceof Value.Int || key instanceof Value.Bool)) {
            return Optional.empty();
        }
        budget.spend(text.text().length() / 8);
        int length = text.text().codePointCount(0, text.text().length());
        return index(key, length).map(i -> {
            int start = text.text().offsetByCodePoints(0, i);
            return new Value.Text(Character.toString(text.text().codePointAt(start)), text.safe());
        });
    }

    private static Optional<Integer> index(Value key, long length) {
        if (!(key instanceof Value.Int || key instanceof Value.Bool)) {
            return Optional.empty();
        }
        long index = Arguments.saturated(JinjaNumbers.integer(key));
        long counted = index < 0 ? index + length : index;
        return counted < 0 || counted >= length ? Optional.empty() : Optional.of((int) counted);
    }

    /** An attribute that a value has by its type. */
    static Optional<Value> own(Value subject, String name) {
        return switch (subject) {
            case Value.Undefined undefined -> throw undefined.failure();
            case Value.Namespace namespace ->
                Optional.ofNullable(namespace.attributes().get(name));
            case Value.Host host -> host.attribute(name);
            case Value.Text text -> StringMethods.find(text, name);
            case Value.Dict dict -> ofDict(dict, name);
            case Value.Items list ->
                CHANGES_A_LIST.contains(name)
                        ? Optional.of(unsafe(name, "list"))
                        : ofSequence(list.items(), list, name);
            case Value.Tuple tuple -> {
                int index = tuple.names().indexOf(name);
                yield index < 0
                        ? ofSequence(tuple.items(), tuple, name)
                        : Optional.of(tuple.items().get(index));
            }
            case Value.Range range ->
                switch (name) {
                    case "start" -> Optional.of(Value.Int.of(range.start()));
                    case "stop" -> Optional.of(Value.Int.of(range.stop()));
                    case "step" -> Optional.of(Value.Int.of(range.step()));
                    default -> Optional.empty();
                };
            case Value.Real real ->
                name.equals("is_integer")
                        ? method(name, (arguments, _) -> {
                            arguments.bind(name);
                            return Value.Bool.of(
                                    real.number() == Math.rint(real.number()) && !Double.isInfinite(real.number()));
                        })
                        : Optional.empty();
            case Value.Int integer ->
                name.equals("bit_length")
                        ? method(name, (arguments, _) -> {
                            arguments.bind(name);
                            return Value.Int.of(integer.number().abs().bitLength());
                        })
                        : Optional.empty();
            case Value.None _, Value.Bool _, Value.View _, Value.Generator _ -> Optional.empty();
        };
    }

    private static Value unsafe(String name, String type) {
        return new Value.Undefined(
                "access to attribute '" + name + "' of '" + type + "' object is unsafe: it would change the value");
    }

    private static Optional<Value> method(String name, Body body) {
        return Optional.of(new Value.Function(name, body));
    }

    private static Optional<Value> ofDict(Value.Dict dict, String name) {
        if (CHANGES_A_DICT.contains(name)) {
            return Optional.of(unsafe(name, "dict"));
        }
        return switch (name) {
            case "get" ->
                method(name, (arguments, interpreter) -> {
                    Arguments.Bound bound = arguments.bind(name, "key", "default");
                    return dict.find(bound.required(0), interpreter.budget())
                            .or(() -> bound.at(1))
                            .orElse(Value.None.NONE);
                });
            case "items" -> view(name, dict, "dict_items");
            case "keys" -> view(name, dict, "dict_keys");
            case "values" -> view(name, dict, "dict_values");
            case "copy" ->
                method(name, (arguments, _) -> {
                    arguments.bind(name);
                    return dict;
                });
            default -> Optional.empty();
        };
    }

    private static Optional<Value> view(String name, Value.Dict dict, String type) {
        return method(name, (arguments, interpreter) -> {
            arguments.bind(name);
            interpreter.budget().spendElements(dict.entries().size());
            List<Value> items = switch (name) {
                case "items" -> dict.items();
                case "keys" -> dict.keys();
                default -> dict.values();
            };
            return new Value.View(type, items);
        });
    }

    private static Optional<Value> ofSequence(List<Value> items, Value self, String name) {
        return switch (name) {
            case "index" ->
                method(name, (arguments, interpreter) -> {
                    Value wanted = arguments.bind(name, "value").required(0);
                    for (int i = 0; i < items.size(); i++) {
                        if (Comparisons.equal(items.get(i), wanted, interpreter.budget())) {
                            return Value.Int.of(i);
                        }
                    }
                    throw new TemplateException("the value is not in the " + self.typeName());
                });
            case "count" ->
                method(name, (arguments, interpreter) -> {
                    Value wanted = arguments.bind(name, "value").required(0);
                    return Value.Int.of(items.stream()
                            .filter(item -> Comparisons.equal(item, wanted, interpreter.budget()))
                            .count());
                });
            case "copy" ->
                self instanceof Value.Items
                        ? method(name, (arguments, _) -> {
                            arguments.bind(name);
                            return self;
                        })
                        : Optional.empty();
            default -> Optional.empty();
        };
    }
}
