package orrery.quant;

import java.util.SplittableRandom;

/** Numbers to be quantized. */
final class Values {
    private Values() {}

    /** Evenly rising from -1. */
    static float[] rising(int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = -1 + 2f * i / count;
        }
        return values;
    }

    /** Normally distributed around {@code centre}, as weights are. */
    static float[] normal(int count, double centre, double deviation) {
        var random = new SplittableRandom(count);
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (centre + deviation * random.nextGaussian());
        }
        return values;
    }

    /** The root mean square of the differences, over that of the values. */
    static double lost(float[] before, float[] after) {
        double off = 0;
        double all = 0;
        for (int i = 0; i < before.length; i++) {
            off += ((double) before[i] - after[i]) * ((double) before[i] - after[i]);
            all += (double) before[i] * before[i];
        }
        return Math.sqrt(off / all);
    }

    /** The largest difference. */
    static double farthest(float[] before, float[] after, int from, int to) {
        double largest = 0;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, Math.abs((double) before[i] - after[i]));
        }
        return largest;
    }
}
