package orrery.kernel;

import java.lang.foreign.MemorySegment;
import orrery.spec.Heads;
import orrery.tensor.Tensor;

/** Attention over pages, one query head at a time, softmax in two passes over one row of scores. */
final class ScalarAttention {
    private ScalarAttention() {}

    static void storeKv(Tensor key, Tensor value, KvCache cache, int layer, Attention attention, Step step) {
        boolean values = cache.spec(cache.poolOf(layer)).value() > 0;
        for (int r = 0; r < step.rows(); r++) {
            int position = step.positions()[r];
            for (int h = 0; h < attention.heads().keyValue(); h++) {
                Head.key(cache, layer, step, r, position, h).write(key, r, h);
                if (values) {
                    Head.value(cache, layer, step, r, position, h).write(value, r, h);
                }
            }
        }
    }

    static void attend(Tensor out, Tensor query, KvCache cache, int layer, Attention attention, Step step) {
        Heads heads = attention.heads();
        var asked = new float[heads.size()];
        for (int r = 0; r < step.rows(); r++) {
            int position = step.positions()[r];
            int first = attention.reach().firstSeenFrom(position);
            int last = attention.reach().lastSeenFrom(position, step.lastSeen()[r]);
            for (int h = 0; h < heads.query(); h++) {
                int keyHead = h / heads.group();
                var scores = new double[last - first + 1];
                double most = Double.NEGATIVE_INFINITY;
                Elements.read(query.data(), query.dtype(), r * query.columns() + (long) h * heads.size(), asked);
                for (int p = first; p <= last; p++) {
                    var key = Head.key(cache, layer, step, r, p, keyHead);
                    double score = 0;
                    for (int i = 0; i < asked.length; i++) {
                        score += (double) asked[i] * key.element(i);
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
                    var value = Head.value(cache, layer, step, r, p, keyHead);
                    for (int i = 0; i < mixed.length; i++) {
                        mixed[i] += scores[p - first] * value.element(i);
                    }
                }
                for (int i = 0; i < mixed.length; i++) {
                    Elements.set(out, r, (long) h * mixed.length + i, (float) (mixed[i] / sum));
                }
            }
        }
    }

    /** One head's key or value at one position of one row's past. */
    private record Head(KvLayout layout, MemorySegment slab, long panel, int slot) {
        static Head key(KvCache cache, int layer, Step step, int row, int position, int head) {
            long panel = cache.keyPanel(layer, head, position % cache.pageSize());
            return of(cache, layer, step, row, position, cache.keys(layer), panel);
        }

        static Head value(KvCache cache, int layer, Step step, int row, int position, int head) {
            long panel = cache.valuePanel(layer, head, position % cache.pageSize());
            return of(cache, layer, step, row, position, cache.values(layer), panel);
        }

        private static Head of(
                KvCache cache, int layer, Step step, int row, int position, KvLayout layout, long panel) {
            int page = step.pages(row, cache.poolOf(layer)).page(position / cache.pageSize());
            return new Head(
                    layout,
                    cache.slab(layer, page),
                    cache.base(layer, page) + panel,
                    position % cache.pageSize() % layout.panel());
        }

        float element(int index) {
            return layout.element(slab, panel, slot, index);
        }

        void write(Tensor from, int row, int head) {
            layout.write(
                    slab, panel, slot, from.data(), (row * from.columns() + (long) head * layout.size()) * Float.BYTES);
        }
    }
}
