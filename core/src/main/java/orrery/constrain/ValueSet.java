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
record ValueSet(
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

    static final ValueSet NONE = new ValueSet(0, List.of(), Regex.NOTHING, Optional.empty(), List.of(), List.of());
    static final ValueSet ALL = new ValueSet(
            ALL_WORDS,
            List.of(NumberSet.ALL),
            Texts.ANY,
            Optional.empty(),
            List.of(ArrayShape.ALL),
            List.of(ObjectShape.ALL));

    ValueSet {
        numbers = List.copyOf(numbers);
        arrays = List.copyOf(arrays);
        objects = List.copyOf(objects);
    }

    ValueSet withWords(int other) {
        return new ValueSet(other, numbers, strings, refusal, arrays, objects);
    }

    ValueSet withNumbers(List<NumberSet> other) {
        return new ValueSet(words, other, strings, refusal, arrays, objects);
    }

    ValueSet withStrings(Regex other) {
        return new ValueSet(words, numbers, other, Optional.empty(), arrays, objects);
    }

    ValueSet withStringsRefused(SchemaException why) {
        return new ValueSet(words, numbers, Texts.ANY, Optional.of(why), arrays, objects);
    }

    ValueSet withArrays(List<ArrayShape> other) {
        return new ValueSet(words, numbers, strings, refusal, other, objects);
    }

    ValueSet withObjects(List<ObjectShape> other) {
        return new ValueSet(words, numbers, strings, refusal, arrays, other);
    }

    boolean isNone() {
        return words == 0
                && numbers.isEmpty()
                && strings.equals(Regex.NOTHING)
                && arrays.isEmpty()
                && objects.isEmpty();
    }

    /** @param pointer the keyword that is named if there are too many alternatives */
    ValueSet and(ValueSet other, String pointer) {
        if (equals(ALL)) {
            return other;
        }
        if (other.equals(ALL)) {
            return this;
        }
        var texts = Texts.and(strings, other.strings);
        return new ValueSet(
                words & other.words,
                product(numbers, other.numbers, NumberSet::and, _ -> false, NumberSet.ALL, pointer),
                texts,
                texts.equals(Regex.NOTHING) ? Optional.empty() : refusal.isPresent() ? refusal : other.refusal,
                product(arrays, other.arrays, ArrayShape::and, ArrayShape::isEmpty, ArrayShape.ALL, pointer),
                product(objects, other.objects, ObjectShape::and, ObjectShape::isEmpty, ObjectShape.ALL, pointer));
    }

    private static <T> List<T> product(
            List<T> some, List<T> others, BinaryOperator<T> and, Predicate<T> empty, T all, String pointer) {
        if (some.size() == 1 && some.getFirst().equals(all)) {
            return others;
        }
        if (others.size() == 1 && others.getFirst().equals(all)) {
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

    ValueSet or(ValueSet other, String pointer) {
        return union(List.of(this, other), pointer);
    }

    static ValueSet union(List<ValueSet> all, String pointer) {
        var parts = all.stream().filter(values -> !values.isNone()).toList();
        if (parts.size() < 2) {
            return parts.isEmpty() ? NONE : parts.getFirst();
        }
        int words = 0;
        var strings = new ArrayList<Regex>();
        for (var part : parts) {
            words |= part.words;
            if (!part.strings.equals(Regex.NOTHING)) {
                strings.add(part.strings);
            }
        }
        var union = new ValueSet(
                words,
                NumberSet.union(sum(parts, ValueSet::numbers, NumberSet.ALL)),
                Texts.union(strings),
                parts.stream().flatMap(part -> part.refusal.stream()).findFirst(),
                sum(parts, ValueSet::arrays, ArrayShape.ALL),
                sum(parts, ValueSet::objects, ObjectShape.ALL));
        if (union.arrays.size() + union.objects.size() > 5 * MOST) {
            throw tooMany(pointer);
        }
        return union;
    }

    private static <T> List<T> sum(List<ValueSet> parts, Function<ValueSet, List<T>> lists, T all) {
        var sum = new ArrayList<T>();
        for (var part : parts) {
            for (T element : lists.apply(part)) {
                if (element.equals(all)) {
                    return List.of(all);
                }
                sum.add(element);
            }
        }
        return sum;
    }

    /** The values of a schema whose properties and items do not count as evaluated. */
    ValueSet unnamed() {
        return withArrays(arrays.stream().map(ArrayShape::unnamed).toList())
                .withObjects(objects.stream().map(ObjectShape::unnamed).toList());
    }

    /** The values within a keyword that combines schemas. */
    ValueSet deeper() {
        return objects.equals(ALL.objects)
                ? this
                : withObjects(objects.stream().map(ObjectShape::deeper).toList());
    }
}
