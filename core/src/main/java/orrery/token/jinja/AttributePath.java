package orrery.token.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A filter's {@code attribute='a.b.0'}: a path from an item to a part of it. */
final class AttributePath {
    /** The path to the item itself. */
    static final AttributePath SELF = new AttributePath(UnaryOperator.identity());

    private final UnaryOperator<Value> way;

    private AttributePath(UnaryOperator<Value> way) {
        this.way = way;
    }

    static AttributePath of(Value attribute, Budget budget) {
        return of(attribute, Optional.empty(), budget);
    }

    /** @param otherwise used for an undefined part */
    static AttributePath of(Value attribute, Optional<Value> otherwise, Budget budget) {
        List<Value> keys = keys(attribute);
        return new AttributePath(item -> {
            Value part = item;
            for (Value key : keys) {
                budget.spend(1);
                part = Attributes.item(part, key, budget);
                if (part instanceof Value.Undefined && otherwise.isPresent()) {
                    part = otherwise.get();
                }
            }
            return part;
        });
    }

    /** The paths of {@code 'a,b.c'}. */
    static List<AttributePath> several(Value attributes, Budget budget) {
        if (!(attributes instanceof Value.Text text)) {
            return List.of(of(attributes, budget));
        }
        List<AttributePath> paths = new ArrayList<>();
        for (String part : text.text().split(",", -1)) {
            paths.add(of(Value.Text.of(part), budget));
        }
        return paths;
    }

    /** A path to the list of all the paths' values, each {@link #folded}: in a list, two undefined values are equal. */
    static AttributePath all(List<AttributePath> paths, boolean caseSensitive) {
        return new AttributePath(item -> new Value.Items(
                paths.stream().map(path -> folded(path.of(item), caseSensitive)).toList()));
    }

    private static List<Value> keys(Value attribute) {
        if (!(attribute instanceof Value.Text text)) {
            return attribute == Value.None.NONE ? List.of() : List.of(attribute);
        }
        List<Value> keys = new ArrayList<>();
        for (String part : text.text().split("\\.", -1)) {
            boolean index =
                    !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            keys.add(index ? Value.Int.of(Long.parseLong(part)) : Value.Text.of(part));
        }
        return keys;
    }

    /** The part of the item. */
    Value of(Value item) {
        return way.apply(item);
    }

    /** A value as it is compared: a string in lower case, unless case matters. */
    static Value folded(Value value, boolean caseSensitive) {
        return !caseSensitive && value instanceof Value.Text text
                ? Value.Text.of(text.text().toLowerCase(Locale.ROOT))
                : value;
    }
}
