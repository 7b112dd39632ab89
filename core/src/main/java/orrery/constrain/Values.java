package orrery.constrain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A set of JSON values, type by type. Numbers, arrays and objects are the union of their lists.
 *
 * @param words which of null, true and false are in it, as bits 0 to 2
 * @param strings their texts, without escapes and quotes
 * @param refusal why the strings cannot be kept, if so
 */
record Values(
        int words,
        List<NumberSet> numbers,
        Regex strings,
        Optional<SchemaException> refusal,
        List<ArrayShape> arrays,
        List<ObjectShape> objects) {
    /** More alternatives than this are refused. */
    private static final int MOST = 600;

    static final int NULL = 1;
    static final int TRUE = 2;
    static final int FALSE = 4;
    static final int ALL_WORDS = NULL | TRUE | FALSE;

    static final Values NONE =
            new Values(0, List.of(), Regex.NOTHING, Optional.empty(), List.of(), List.of());
    static final Values ALL = new Values(
            ALL_WORDS,
            List.of(NumberSet.ALL),
            Texts.ANY,
            Optional.empty(),
            List.of(ArrayShape.ALL),
            List.of(ObjectShape.ALL));

    Values {
        numbers = List.copyOf(numbers);
        arrays = List.copyOf(arrays);
        objects = List.copyOf(objects);
    }

    Values withWords(int other) {
        return new Values(other, numbers, strings, refusal, arrays, objects);
    }

    Values withNumbers(List<NumberSet> other) {
        return new Values(words, other, strings, refusal, arrays, objects);
    }

    Values withStrings(Regex other) {
        return new Values(words, numbers, other, Optional.empty(), arrays, objects);
    }

    Values withStringsRefused(SchemaException why) {
        return new Values(words, numbers, Texts.ANY, Optional.of(why), arrays, objects);
    }

    Values withArrays(List<ArrayShape> other) {
        return new Values(words, numbers, strings, refusal, other, objects);
    }

    Values withObjects(List<ObjectShape> other) {
        return new Values(words, numbers, strings, refusal, arrays, other);
    }

    boolean isNone() {
        return words == 0
                && numbers.isEmpty()
                && strings == Regex.NOTHING
                && arrays.isEmpty()
                && objects.isEmpty();
    }

    /** @param pointer the keyword that is named if there are too many alternatives */
    Values and(Values other, String pointer) {
        if (this == ALL) {
            return other;
        }
        if (other == ALL) {
            return this;
        }
        var texts = Texts.and(strings, other.strings);
        return new Values(
                words & other.words,
                product(numbers, other.numbers, NumberSet::and, _ -> false, NumberSet.ALL, pointer),
                texts,
                texts == Regex.NOTHING ? Optional.empty() : refusal.isPresent() ? refusal : other.refusal,
                product(arrays, other.arrays, ArrayShape::and, ArrayShape::isEmpty, ArrayShape.ALL, pointer),
                product(objects, other.objects, ObjectShape::and, ObjectShape::isEmpty, ObjectShape.ALL, pointer));
    }

    private static <T> List<T> product(
            List<T> some, List<T> others, BinaryOperator<T> and, Predicate<T> empty, T all, String pointer) {
        if (some.size() == 1 && some.getFirst() == all) {
            return others;
        }
        if (others.size() == 1 && others.getFirst() == all) {
            return some;
        }
        if ((long) some.size() * others.size() > 50L * MOST) {
            throw tooMany(pointer);
        }
        var product = new ArrayList<T>();
        for (T a : some) {
            for (T b : others) {
                T both = and.apply(a, b);
                if (!empty.test(both)) {
                    product.add(both);
                }
            }
        }
        if (product.size() > MOST) {
            throw tooMany(pointer);
        }
        return product;
    }

    private static SchemaException tooMany(String pointer) {
        return new SchemaException(pointer, "more than " + MOST + " alternatives come together here");
    }

    Values or(Values other, String pointer) {
        return union(List.of(this, other), pointer);
    }

    static Values union(List<Values> all, String pointer) {
        var parts = all.stream().filter(values -> !values.isNone()).toList();
        if (parts.size() < 2) {
            return parts.isEmpty() ? NONE : parts.getFirst();
        }
        int words = 0;
        var strings = new ArrayList<Regex>();
        for (var part : parts) {
            words |= part.words;
            if (part.strings != Regex.NOTHING) {
                strings.add(part.strings);
            }
        }
        var union = new Values(
                words,
                NumberSet.union(sum(parts, Values::numbers, NumberSet.ALL)),
                Texts.union(strings),
                parts.stream().flatMap(part -> part.refusal.stream()).findFirst(),
                sum(parts, Values::arrays, ArrayShape.ALL),
                sum(parts, Values::objects, ObjectShape.ALL));
        if (union.arrays.size() + union.objects.size() > 5 * MOST) {
            throw tooMany(pointer);
        }
        return union;
    }

    private static <T> List<T> sum(List<Values> parts, Function<Values, List<T>> lists, T all) {
        var sum = new ArrayList<T>();
        for (var part : parts) {
            for (T element : lists.apply(part)) {
                if (element == all) {
                    return List.of(all);
                }
                sum.add(element);
            }
        }
        return sum;
    }

    /** The values of a schema whose properties and items do not count as evaluated. */
    Values unnamed() {
        return withArrays(arrays.stream().map(ArrayShape::unnamed).toList())
                .withObjects(objects.stream().map(ObjectShape::unnamed).toList());
    }
}
