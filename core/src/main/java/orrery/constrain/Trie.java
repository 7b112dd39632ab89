package orrery.constrain;

import java.util.Arrays;

/** A trie of byte strings in arrays: its nodes in the order in which a walk meets them. */
final class Trie {
    static final int LONGEST = Short.MAX_VALUE;

    /** The byte of each node. */
    final byte[] labels;

    /** The node behind all that lie below each node. */
    final int[] skips;

    /** The token that ends at each node, or -1. */
    final int[] tokens;

    /** How many nodes lie above each node. */
    final short[] depths;

    /** The length of the longest token. */
    final int deepest;

    /** A trie of some tokens in the order of their bytes, each once. */
    Trie(byte[][] bytes, int[] order) {
        int nodes = 0;
        byte[] before = {};
        for (int token : order) {
            nodes += bytes[token].length - common(before, bytes[token]);
            before = bytes[token];
        }
        labels = new byte[nodes];
        skips = new int[nodes];
        tokens = new int[nodes];
        depths = new short[nodes];
        int[] path = new int[LONGEST + 1];
        int depth = 0;
        int node = 0;
        int longest = 0;
        before = new byte[0];
        for (int token : order) {
            byte[] text = bytes[token];
            int shared = common(before, text);
            while (depth > shared) {
                skips[path[--depth]] = node;
            }
            while (depth < text.length) {
                labels[node] = text[depth];
                depths[node] = (short) depth;
                path[depth++] = node;
                tokens[node++] = depth == text.length ? token : -1;
            }
            longest = Math.max(longest, depth);
            before = text;
        }
        while (depth > 0) {
            skips[path[--depth]] = node;
        }
        deepest = longest;
    }

    private static int common(byte[] a, byte[] b) {
        int differ = Arrays.mismatch(a, b);
        return differ < 0 ? a.length : differ;
    }

    long memory() {
        return 11L * labels.length;
    }
}
