package orrery.draw;

import orrery.report.Numbers;
import orrery.spec.Op;

/**
 * What an attention caches, in words, against one baseline: multi-head attention with as many heads, whose keys and
 * values are as wide as the values of this one. It is DeepSeek V2's own (arXiv:2405.04434, table 1).
 */
final class CachedValues {
    /** The baseline in words. */
    static final String BASELINE = "MHA with as many heads, with keys and values as wide as one value head here";

    private CachedValues() {}

    static long baseline(Op.Attention op) {
        return 2L * op.queryHeads() * op.valueSize();
    }

    /** {@code cached: 2 × 8 × 128 = 2,048 values per token per layer, 1/4 of the baseline’s 8,192}. */
    static String told(Op.Attention op) {
        var lender = op.cache().lender();
        if (lender.isPresent()) {
            return "no KV cache of its own: reads that of layer " + lender.getAsInt();
        }
        String sum = op.latent()
                .map(one -> Numbers.exact(one.latentRank()) + " + " + one.rope().dimensions() + " = ")
                .or(() -> op.grouped().map(one -> "2 × " + one.heads().keyValue() + " × " + one.valueSize() + " = "))
                .orElse("");
        long cached = op.cache().elementsPerToken();
        return "cached: " + sum + Numbers.exact(cached) + " values per token per layer" + ratio(op, cached);
    }

    private static String ratio(Op.Attention op, long cached) {
        long all = baseline(op);
        if (cached == all) {
            return ", the baseline: every query head has its own";
        }
        String baseline =
                " the baseline’s 2 × " + op.queryHeads() + " × " + op.valueSize() + " = " + Numbers.exact(all);
        return cached < all
                ? ", 1/" + times((double) all / cached) + " of" + baseline
                : ", " + times((double) cached / all) + " ×" + baseline;
    }

    private static String times(double times) {
        return Numbers.plain(times < 10 ? Math.round(10 * times) / 10.0 : Math.round(times));
    }
}
