package orrery.token.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/** What can be iterated, measured, indexed and sliced. */
final class Sequences {
    private Sequences() {}

    /**
     * The elements in order: a dict's keys, a string's characters.
     *
     * @throws TemplateException if the value is not iterable
     */
    static Iterator<Value> iterate(Value value, Budget budget) {
        return switch (value) {
            case Value.Undefined _ -> List.<Value>of().iterator();
            case Value.Items list -> list.items().iterator();
            case Value.Tuple tuple -> tuple.items().iterator();
            case Value.View view -> view.items().iterator();
            case Value.Generator generator -> generator.rest();
            case Value.Dict dict -> dict.keys().iterator();
            case Value.Range range ->
                LongStream.range(0, range.length()).mapToObj(range::at).iterator();
            case Value.Text text -> characters(text, budget).iterator();
            case Value.None _, Value.Bool _, Value.Int _, Value.Real _, Value.Namespace _, Value.Host _ ->
                throw new TemplateException("'" + value.typeName() + "' object is not iterable");
        };
    }

    static boolean iterable(Value value) {
        return switch (value) {
            case Value.Undefined _,
                    Value.Items _,
                    Value.Tuple _,
                    Value.View _,
                    Value.Generator _,
                    Value.Dict _,
                    Value.Range _,
                    Value.Text _ -> true;
            case Value.None _, Value.Bool _, Value.Int _, Value.Real _, Value.Namespace _, Value.Host _ -> false;
        };
    }

    private static List<Value> characters(Value.Text text, Budget budget) {
        budget.spendElements(text.text().length());
        return text.text()
                .codePoints()
                .mapToObj(c -> (Value) new Value.Text(Character.toString(c), text.safe()))
                .toList();
    }

    /** All elements. */
    static List<Value> list(Value value, Budget budget) {
        switch (value) {
            case Value.Items list -> {
                return list.items();
            }
            case Value.Tuple tuple -> {
                return tuple.items();
            }
            case Value.View view -> {
                return view.items();
            }
            default -> {
                List<Value> items = new ArrayList<>();
                Iterator<Value> elements = iterate(value, budget);
                while (elements.hasNext()) {
                    budget.spendElements(1);
                    items.add(elements.next());
                }
                return items;
            }
        }
    }

    /** The number of elements; empty for a value that has none, or that does not know it before it is iterated. */
    static OptionalLong length(Value value) {
        return switch (value) {
            case Value.Undefined _ -> OptionalLong.of(0);
            case Value.Text text ->
                OptionalLong.of(text.text().codePointCount(0, text.text().length()));
            case Value.Items list -> OptionalLong.of(list.items().size());
            case Value.Tuple tuple -> OptionalLong.of(tuple.items().size());
            case Value.View view -> OptionalLong.of(view.items().size());
            case Value.Dict dict -> OptionalLong.of(dict.entries().size());
            case Value.Range range -> OptionalLong.of(range.length());
            case Value.Host _,
                    Value.None _,
                    Value.Bool _,
                    Value.Int _,
                    Value.Real _,
                    Value.Generator _,
                    Value.Namespace _ -> OptionalLong.empty();
        };
    }

    /**
     * {@code subject[start:stop:step]}, each bound an integer or None.
     *
     * @throws TemplateException if the subject cannot be sliced
     */
    static Value slice(Value subject, Value start, Value stop, Value step, Budget budget) {
        return switch (subject) {
            case Value.Undefined undefined -> throw undefined.failure();
            case Value.Items list -> new Value.Items(sliced(list.items(), start, stop, step, budget));
            case Value.Tuple tuple -> new Value.Tuple(sliced(tuple.items(), start, stop, step, budget), List.of());
            case Value.Text text -> new Value.Text(sliced(text.text(), start, stop, step, budget), text.safe());
            case Value.Range range -> {
                Indices indices = Indices.of(range.length(), start, stop, step);
                yield new Value.Range(
                        range.start() + indices.start * range.step(),
                        range.start() + indices.stop * range.step(),
                        range.step() * indices.step);
            }
            default -> throw new TemplateException("'" + subject.typeName() + "' object has no slices");
        };
    }

    private static List<Value> sliced(List<Value> items, Value start, Value stop, Value step, Budget budget) {
        Indices indices = Indices.of(items.size(), start, stop, step);
        budget.spendElements(indices.count());
        List<Value> result = new ArrayList<>((int) indices.count());
        for (long i = 0; i < indices.count(); i++) {
            result.add(items.get((int) (indices.start + i * indices.step)));
        }
        return result;
    }

    private static String sliced(String text, Value start, Value stop, Value step, Budget budget) {
        budget.spend(text.length());
        int length = text.codePointCount(0, text.length());
        Indices indices = Indices.of(length, start, stop, step);
        if (indices.step == 1) {
            int from = (int) Math.min(indices.start, length);
            int to = (int) Math.max(from, indices.stop);
            int begin = text.offsetByCodePoints(0, from);
            return text.substring(begin, text.offsetByCodePoints(begin, to - from));
        }
        int[] codePoints = text.codePoints().toArray();
        StringBuilder result = new StringBuilder();
        for (long i = 0; i < indices.count(); i++) {
            result.appendCodePoint(codePoints[(int) (indices.start + i * indices.step)]);
        }
        return result.toString();
    }

    /** Python's slice bounds within a length: negative ones count from the end, all are clamped. */
    private record Indices(long start, long stop, long step) {
        static Indices of(long length, Value start, Value stop, Value step) {
            // Clamped: any step beyond the length gives one element.
            long stride = Math.clamp(bound(step, 1), -(1L << 31), 1L << 31);
            if (stride == 0) {
                throw new TemplateException("slice step cannot be zero");
            }
            long lowest = stride < 0 ? -1 : 0;
            long highest = stride < 0 ? length - 1 : length;
            return new Indices(
                    clamped(bound(start, stride < 0 ? Long.MAX_VALUE : 0), length, lowest, highest),
                    stop == Value.None.NONE
                            ? (stride < 0 ? -1 : length)
                            : clamped(bound(stop, 0), length, lowest, highest),
                    stride);
        }

        private static long clamped(long bound, long length, long lowest, long highest) {
            return Math.clamp(bound < 0 ? bound + length : bound, lowest, Math.max(lowest, highest));
        }

        private static long bound(Value value, long otherwise) {
            return switch (value) {
                case Value.None _ -> otherwise;
                case Value.Int integer -> Arguments.saturated(integer.number());
                case Value.Bool truth -> truth.number();
                case Value.Undefined undefined -> throw undefined.failure();
                default ->
                    throw new TemplateException("slice indices must be integers or None, not " + value.typeName());
            };
        }

        long count() {
            long span = step > 0 ? stop - start : start - stop;
            return span <= 0 ? 0 : (span - 1) / Math.abs(step) + 1;
        }
    }
}
