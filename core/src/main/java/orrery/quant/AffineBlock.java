package orrery.quant;

import orrery.tensor.DType;

/**
 * 256 values in the form of Q4_K and Q5_K: {@code scale * scales[group] * level - minimum * minima[group]} with eight
 * groups of 32. Each group is fitted separately, its scale and minimum are rounded to six bits relative to the largest,
 * neighbouring values are tried, and then the two common factors are fitted once more to the rounded levels.
 */
final class AffineBlock {
    private static final int GROUPS = 8;
    private static final int GROUP = 32;
    private static final int SIX_BITS = 63;

    final int[] scales = new int[GROUPS];
    final int[] minima = new int[GROUPS];
    final int[] levels = new int[GROUPS * GROUP];
    private final DType dtype;
    private final float[] values;
    private final int at;
    private final int top;
    private final float[][] weights = new float[GROUPS][GROUP];
    private float scale;
    private float minimum;

    /**
     * @param values from {@code at} on
     * @param top the highest level
     */
    AffineBlock(DType dtype, float[] values, int at, int top) {
        this.dtype = dtype;
        this.values = values;
        this.at = at;
        this.top = top;
        Extent.of(dtype, values, at, GROUPS * GROUP);
        fitGroups();
        fitFactors();
        for (int i = 0; i < levels.length; i++) {
            levels[i] = level(i);
        }
    }

    /** The factor of the groups' scales; an F16. */
    float scale() {
        return scale;
    }

    /** The factor of the groups' minima; an F16. */
    float minimum() {
        return minimum;
    }

    private void fitGroups() {
        var fits = new AffineFit[GROUPS];
        float largestStep = 0;
        float largestDepth = 0;
        for (int group = 0; group < GROUPS; group++) {
            weigh(group);
            fits[group] = AffineFit.of(values, at + GROUP * group, weights[group], top);
            largestStep = Math.max(largestStep, fits[group].step());
            largestDepth = Math.max(largestDepth, fits[group].depth());
        }
        scale = Halves.scale(dtype, largestStep / SIX_BITS);
        minimum = Halves.scale(dtype, largestDepth / SIX_BITS);
        for (int group = 0; group < GROUPS; group++) {
            round(group, fits[group]);
        }
    }

    /**
     * Large values tend to meet large activations: a value's weight grows with its own size and with the typical size
     * around it.
     */
    private void weigh(int group) {
        double squares = 0;
        for (int i = 0; i < GROUP; i++) {
            double value = values[at + GROUP * group + i];
            squares += value * value;
        }
        float usual = (float) Math.sqrt(squares / GROUP);
        for (int i = 0; i < GROUP; i++) {
            weights[group][i] = usual + Math.abs(values[at + GROUP * group + i]);
        }
    }

    /**
     * Rounds a group's scale and minimum, each to the nearest or a neighbouring value: together, one can compensate for
     * the other.
     */
    private void round(int group, AffineFit fit) {
        int nearestScale = Halves.level(fit.step(), scale, 0, SIX_BITS);
        int nearestMinimum = Halves.level(fit.depth(), minimum, 0, SIX_BITS);
        double smallest = Double.POSITIVE_INFINITY;
        for (int one = Math.max(0, nearestScale - 1); one <= Math.min(SIX_BITS, nearestScale + 1); one++) {
            for (int other = Math.max(0, nearestMinimum - 1);
                    other <= Math.min(SIX_BITS, nearestMinimum + 1);
                    other++) {
                double loss = loss(group, scale * one, minimum * other);
                if (loss < smallest) {
                    smallest = loss;
                    scales[group] = one;
                    minima[group] = other;
                }
            }
        }
    }

    private double loss(int group, float step, float depth) {
        double loss = 0;
        float stretch = step == 0 ? 0 : 1 / step;
        int from = at + GROUP * group;
        for (int i = 0; i < GROUP; i++) {
            float above = values[from + i] + depth;
            float off = above - step * Math.clamp((int) (above * stretch + 0.5f), 0, top);
            loss += weights[group][i] * (double) off * off;
        }
        return loss;
    }

    private double loss() {
        double loss = 0;
        for (int group = 0; group < GROUPS; group++) {
            loss += loss(group, scale * scales[group], minimum * minima[group]);
        }
        return loss;
    }

    private int level(int i) {
        int group = i / GROUP;
        return Halves.level(values[at + i] + minimum * minima[group], scale * scales[group], 0, top);
    }

    /** Solves for the two factors with everything else fixed, and keeps the solution if it is better. */
    private void fitFactors() {
        double aa = 0; // with a = scales * level and b = minima, value = scale * a - minimum * b
        double ab = 0;
        double bb = 0;
        double xa = 0;
        double xb = 0;
        for (int i = 0; i < levels.length; i++) {
            double weight = weights[i / GROUP][i % GROUP];
            double a = (double) scales[i / GROUP] * level(i);
            double b = minima[i / GROUP];
            aa += weight * a * a;
            ab += weight * a * b;
            bb += weight * b * b;
            xa += weight * a * values[at + i];
            xb += weight * b * values[at + i];
        }
        double determinant = aa * bb - ab * ab;
        double better = (xa * bb - xb * ab) / determinant;
        double betterMinimum = (xa * ab - xb * aa) / determinant;
        if (!(determinant > 0) || better < 0 || betterMinimum < 0) {
            return;
        }
        float before = scale;
        float minimumBefore = minimum;
        double smallest = loss();
        scale = Halves.nearest(dtype, (float) better);
        minimum = Halves.nearest(dtype, (float) betterMinimum);
        if (!(loss() < smallest)) {
            scale = before;
            minimum = minimumBefore;
        }
    }
}
