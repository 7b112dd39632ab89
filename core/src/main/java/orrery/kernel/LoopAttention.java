package orrery.kernel;

/**
 * Attention over pages, one row at a time: a panel's keys or values of one KV head are decoded to an array of floats,
 * and used for all its query heads.
 */
final class LoopAttention {
    private float[] page = {};
    private float[] scores = {};

    void attend(float[] out, float[] query, KvCache cache, int layer, Attention attention, Step step) {
        var heads = attention.heads();
        int size = heads.size();
        int valueSize = attention.valueSize();
        int group = heads.group();
        int panel = cache.panel();
        int pool = cache.poolOf(layer);
        var keys = cache.keys(layer);
        var values = cache.values(layer);
        int longest = panel * Math.max(size, values.size());
        if (page.length < longest) {
            page = new float[longest];
        }
        for (int r = 0; r < step.rows(); r++) {
            int position = step.positions()[r];
            int first = attention.reach().firstSeenFrom(position);
            int last = attention.reach().lastSeenFrom(position, step.lastSeen()[r]);
            int count = last - first + 1;
            if (scores.length < group * count) {
                scores = new float[group * (count + (count >> 1) + 64)];
            }
            var pages = step.pages(r, pool);
            for (int keyHead = 0; keyHead < heads.keyValue(); keyHead++) {
                int firstQuery = (r * heads.query() + keyHead * group) * size;
                for (int p = first; p <= last; ) {
                    int slot = p % cache.pageSize();
                    int run = Math.min(panel - slot % panel, last - p + 1);
                    int number = pages.page(p / cache.pageSize());
                    long at = cache.base(layer, number) + cache.keyPanel(layer, keyHead, slot);
                    keys.decode(cache.slab(layer, number), at, page);
                    for (int g = 0; g < group; g++) {
                        int from = firstQuery + g * size;
                        int to = g * count + p - first;
                        if (keys.columns()) {
                            scoreColumns(query, from, size, panel, slot % panel, run, scores, to);
                        } else {
                            scoreRows(query, from, size, slot % panel, run, scores, to);
                        }
                    }
                    p += run;
                }
                int to = (r * heads.query() + keyHead * group) * valueSize;
                java.util.Arrays.fill(out, to, to + group * valueSize, 0);
                for (int g = 0; g < group; g++) {
                    softmax(scores, g * count, count, attention.scale(), attention.softcap());
                }
                for (int p = first; p <= last; ) {
                    int slot = p % cache.pageSize();
                    int run = Math.min(panel - slot % panel, last - p + 1);
                    int number = pages.page(p / cache.pageSize());
                    long at = cache.base(layer, number) + cache.valuePanel(layer, keyHead, slot);
                    values.decode(cache.slab(layer, number), at, page);
                    for (int g = 0; g < group; g++) {
                        for (int k = 0; k < run; k++) {
                            add(
                                    out,
                                    to + g * valueSize,
                                    valueSize,
                                    page,
                                    (slot % panel + k) * values.size(),
                                    scores[g * count + p - first + k]);
                        }
                    }
                    p += run;
                }
            }
        }
    }

    /** One element of the query with a run of positions at a time: C2 vectorizes that. */
    private void scoreColumns(float[] query, int from, int size, int panel, int slot, int run, float[] to, int at) {
        java.util.Arrays.fill(to, at, at + run, 0);
        for (int i = 0; i < size; i++) {
            add(to, at, run, page, i * panel + slot, query[from + i]);
        }
    }

    private void scoreRows(float[] query, int from, int size, int slot, int run, float[] to, int at) {
        for (int k = 0; k < run; k++) {
            to[at + k] = dot(query, from, page, (slot + k) * size, size);
        }
    }

    /** Four sums, since a single one would wait for each addition. */
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

    private static void softmax(float[] scores, int from, int count, float scale, float softcap) {
        float most = Float.NEGATIVE_INFINITY;
        for (int i = from; i < from + count; i++) {
            scores[i] *= scale;
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
