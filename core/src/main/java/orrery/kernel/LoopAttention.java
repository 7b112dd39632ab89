package orrery.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Attention over pages, a row at a time: a page's keys or values of one head are copied into an array, and serve every query head of it. */
final class LoopAttention {
    private float[] page = {};
    private float[] scores = {};

    void attend(float[] out, float[] query, KvCache cache, int layer, Attention attention, Step step) {
        var heads = attention.heads();
        int size = heads.size();
        int valueSize = attention.valueSize();
        int group = heads.group();
        int pageSize = cache.pageSize();
        int pool = cache.poolOf(layer);
        // Where values have no room of their own they are the beginning of the key.
        boolean apart = cache.spec(pool).value() > 0;
        int valueStride = apart ? valueSize : size;
        if (page.length < pageSize * Math.max(size, valueSize)) {
            page = new float[pageSize * Math.max(size, valueSize)];
        }
        for (int r = 0; r < step.rows(); r++) {
            int last = step.positions()[r];
            int first = attention.reach().firstSeenFrom(last);
            int count = last - first + 1;
            if (scores.length < group * count) {
                scores = new float[group * (count + (count >> 1) + 64)];
            }
            var pages = step.pages(r, pool);
            for (int keyHead = 0; keyHead < heads.keyValue(); keyHead++) {
                int firstQuery = (r * heads.query() + keyHead * group) * size;
                for (int p = first; p <= last; ) {
                    int slot = p % pageSize;
                    int run = Math.min(pageSize - slot, last - p + 1);
                    int number = pages.page(p / pageSize);
                    long at = cache.base(layer, number) + ((long) keyHead * pageSize + slot) * size;
                    copy(cache.slab(layer, number), at, run * size);
                    for (int g = 0; g < group; g++) {
                        score(
                                query,
                                firstQuery + g * size,
                                size,
                                run,
                                scores,
                                g * count + p - first,
                                attention.scale());
                    }
                    p += run;
                }
                int to = (r * heads.query() + keyHead * group) * valueSize;
                java.util.Arrays.fill(out, to, to + group * valueSize, 0);
                for (int g = 0; g < group; g++) {
                    softmax(scores, g * count, count, attention.softcap());
                }
                for (int p = first; p <= last; ) {
                    int slot = p % pageSize;
                    int run = Math.min(pageSize - slot, last - p + 1);
                    int number = pages.page(p / pageSize);
                    long at = cache.base(layer, number)
                            + (apart ? cache.valuesAt(layer) : 0)
                            + ((long) keyHead * pageSize + slot) * valueStride;
                    copy(cache.slab(layer, number), at, run * valueStride);
                    for (int g = 0; g < group; g++) {
                        for (int k = 0; k < run; k++) {
                            add(
                                    out,
                                    to + g * valueSize,
                                    valueSize,
                                    page,
                                    k * valueStride,
                                    scores[g * count + p - first + k]);
                        }
                    }
                    p += run;
                }
            }
        }
    }

    private void copy(MemorySegment slab, long from, int count) {
        MemorySegment.copy(slab, ValueLayout.JAVA_FLOAT, from * Float.BYTES, page, 0, count);
    }

    private void score(float[] query, int from, int size, int run, float[] to, int at, float scale) {
        for (int k = 0; k < run; k++) {
            to[at + k] = scale * dot(query, from, page, k * size, size);
        }
    }

    /** Four sums, since one would wait for each addition. */
    private static float dot(float[] a, int from, float[] b, int with, int size) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i <= size - 4; i += 4) {
            s0 += a[from + i] * b[with + i];
            s1 += a[from + i + 1] * b[with + i + 1];
            s2 += a[from + i + 2] * b[with + i + 2];
            s3 += a[from + i + 3] * b[with + i + 3];
        }
        for (; i < size; i++) {
            s0 += a[from + i] * b[with + i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    private static void softmax(float[] scores, int from, int count, float softcap) {
        float most = Float.NEGATIVE_INFINITY;
        for (int i = from; i < from + count; i++) {
            if (softcap > 0) {
                scores[i] = (float) (softcap * Math.tanh(scores[i] / softcap));
            }
            most = Math.max(most, scores[i]);
        }
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            float share = (float) Math.exp(scores[i] - most);
            scores[i] = share;
            sum += share;
        }
        float inverse = (float) (1 / sum);
        for (int i = from; i < from + count; i++) {
            scores[i] *= inverse;
        }
    }

    private static void add(float[] out, int to, int size, float[] values, int from, float share) {
        for (int i = 0; i < size; i++) {
            out[to + i] += share * values[from + i];
        }
    }
}
