package orrery.app.look;

import java.util.Arrays;
import java.util.function.IntFunction;
import orrery.look.AttentionWeights;

/** Numbers as block characters. */
final class BlockCharacters {
    /** Heights from zero to one. */
    private static final String BARS = " ▁▂▃▄▅▆▇█";

    /** Weights: below 1 %, below 10 %, below 30 %, below 60 %, and more. */
    private static final String SHADES = " ░▒▓█";

    static final String LEGEND = "░ 1 %, ▒ 10 %, ▓ 30 %, █ 60 % or more; · hidden by the mask";

    private static final double[] STEPS = {0.01, 0.1, 0.3, 0.6};
    private static final char HIDDEN = '·';

    private BlockCharacters() {}

    /** A height for a share of the largest; any share but zero is visible. */
    static char bar(double share) {
        int steps = BARS.length() - 1;
        return BARS.charAt(share > 0 ? (int) Math.clamp(Math.round(share * steps), 1, steps) : 0);
    }

    /** A horizontal bar of a share of that many columns, with eighths of a column at its end. */
    static String across(double share, int columns) {
        int eighths = (int) Math.round(share * columns * 8);
        String rest = eighths % 8 == 0 ? "" : String.valueOf("▏▎▍▌▋▊▉".charAt(eighths % 8 - 1));
        return "█".repeat(eighths / 8) + rest;
    }

    /** How many tokens share a column, so that at most {@code most} columns are needed. */
    static int folded(int tokens, int most) {
        return Math.ceilDiv(tokens, most);
    }

    /** A row of a head as bars, one per {@code folded} positions; the highest is the row's largest. */
    static String bars(AttentionWeights weights, AttentionWeights.Head head, int row, int folded) {
        double[] sums = sums(weights, head, row, folded);
        double largest = Arrays.stream(sums).max().orElse(1);
        return line(weights, row, folded, i -> bar(sums[i] / largest));
    }

    /** A row of a head as shades, one per {@code folded} positions. */
    static String shades(AttentionWeights weights, AttentionWeights.Head head, int row, int folded) {
        double[] sums = sums(weights, head, row, folded);
        return line(weights, row, folded, i -> shade(sums[i]));
    }

    private static double[] sums(AttentionWeights weights, AttentionWeights.Head head, int row, int folded) {
        var sums = new double[Math.ceilDiv(weights.rows(), folded)];
        for (int position = 0; position < weights.rows(); position++) {
            sums[position / folded] += weights.of(head, row, position);
        }
        return sums;
    }

    /** A character per column; later tokens are blank, and those that are hidden are marked. */
    private static String line(AttentionWeights weights, int row, int folded, IntFunction<Character> shown) {
        var line = new StringBuilder();
        for (int i = 0; i * folded < weights.rows(); i++) {
            boolean hidden = (i + 1) * folded <= weights.firstSeen()[row];
            boolean later = i * folded > weights.lastSeen()[row];
            line.append(later ? ' ' : hidden ? HIDDEN : shown.apply(i).charValue());
        }
        return line.toString();
    }

    private static char shade(double weight) {
        int step = 0;
        while (step < STEPS.length && weight >= STEPS[step]) {
            step++;
        }
        return SHADES.charAt(step);
    }
}
