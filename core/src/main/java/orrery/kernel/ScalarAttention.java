package orrery.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import orrery.spec.Heads;
import orrery.tensor.Tensor;

/** Attention over pages, one query head at a time, softmax in two passes over one row of scores. */
final class ScalarAttention {
    private ScalarAttention() {}

    static void remember(Tensor key, Tensor value, KvCache cache, int layer, Attention attention, Step step) {
        boolean values = cache.spec(cache.poolOf(layer)).value() > 0;
        for (int r = 0; r < step.rows(); r++) {
            var slot = Slot.of(cache, layer, step, r, step.positions()[r]);
            for (int h = 0; h < attention.heads().keyValue(); h++) {
                copy(key, r, h, attention.heads().size(), slot.slab, slot.key(h, attention));
                if (values) {
                    copy(value, r, h, attention.valueSize(), slot.slab, slot.value(h, attention));
                }
            }
        }
    }

    private static void copy(Tensor from, int row, int head, int size, MemorySegment to, long index) {
        long source = row * from.columns() + (long) head * size;
        MemorySegment.copy(from.data(), source * Float.BYTES, to, index * Float.BYTES, (long) size * Float.BYTES);
    }

    static void attend(Tensor out, Tensor query, KvCache cache, int layer, Attention attention, Step step) {
        Heads heads = attention.heads();
        for (int r = 0; r < step.rows(); r++) {
            int last = step.positions()[r];
            int first = attention.reach().firstSeenFrom(last);
            for (int h = 0; h < heads.query(); h++) {
                int keyHead = h / heads.group();
                var scores = new double[last - first + 1];
                double most = Double.NEGATIVE_INFINITY;
                for (int p = first; p <= last; p++) {
                    var slot = Slot.of(cache, layer, step, r, p);
                    double score = 0;
                    for (int i = 0; i < heads.size(); i++) {
                        score += (double) Elements.of(query, r, (long) h * heads.size() + i)
                                * slot.element(slot.key(keyHead, attention) + i);
                    }
                    score *= attention.scale();
                    if (attention.softcap() > 0) {
                        score = attention.softcap() * Math.tanh(score / attention.softcap());
                    }
                    scores[p - first] = score;
                    most = Math.max(most, score);
                }
                double sum = 0;
                for (int p = 0; p < scores.length; p++) {
                    scores[p] = Math.exp(scores[p] - most);
                    sum += scores[p];
                }
                var mixed = new double[attention.valueSize()];
                for (int p = first; p <= last; p++) {
                    var slot = Slot.of(cache, layer, step, r, p);
                    for (int i = 0; i < mixed.length; i++) {
                        mixed[i] += scores[p - first] * slot.element(slot.value(keyHead, attention) + i);
                    }
                }
                for (int i = 0; i < mixed.length; i++) {
                    Elements.set(out, r, (long) h * mixed.length + i, (float) (mixed[i] / sum));
                }
            }
        }
    }

    /** Where one position of one row's past lies. */
    private record Slot(MemorySegment slab, long base, long values, int index, int pageSize) {
        static Slot of(KvCache cache, int layer, Step step, int row, int position) {
            int pool = cache.poolOf(layer);
            int page = step.pages(row, pool).page(position / cache.pageSize());
            // Where values have no room of their own they are the beginning of the key.
            long values = cache.spec(pool).value() > 0 ? cache.valuesAt(layer) : 0;
            return new Slot(
                    cache.slab(layer, page),
                    cache.base(layer, page),
                    values,
                    position % cache.pageSize(),
                    cache.pageSize());
        }

        long key(int head, Attention attention) {
            return base + ((long) head * pageSize + index) * attention.heads().size();
        }

        long value(int head, Attention attention) {
            int stride = values > 0 ? attention.valueSize() : attention.heads().size();
            return base + values + ((long) head * pageSize + index) * stride;
        }

        float element(long at) {
            return slab.getAtIndex(ValueLayout.JAVA_FLOAT, at);
        }
    }
}
