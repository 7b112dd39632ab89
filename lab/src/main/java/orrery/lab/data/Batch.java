package orrery.lab.data;

/**
 * Sequences of tokens with what is to be predicted.
 *
 * @param tokens the ids of each sequence
 * @param targets the answer after each token, or {@link #NONE} where none is asked for
 * @param distances how far back, in tokens, what decides the answer lies; for a text, how many tokens a prediction
 *     sees; 0 where there is no answer
 */
public record Batch(int[][] tokens, int[][] targets, int[][] distances) {
    /** The target of a position whose loss does not count. */
    public static final int NONE = -1;

    /** Empty sequences without answers. */
    static Batch blank(int sequences, int length) {
        var targets = new int[sequences][length];
        for (int[] row : targets) {
            java.util.Arrays.fill(row, NONE);
        }
        return new Batch(new int[sequences][length], targets, new int[sequences][length]);
    }
}
