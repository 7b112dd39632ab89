package orrery.constrain;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The tokens of a vocabulary by their bytes, as a trie in arrays: nodes in the order in which a walk meets them. Made once
 * for a tokenizer; several threads may use it.
 */
public final class TokenTrie {
    private final int size;
    private final byte[][] bytes;
    private final int[] sameBytes;
    private final byte[] labels;
    private final int[] skips;
    private final int[] tokens;
    private final short[] depths;

    private TokenTrie(int size, byte[][] bytes) {
        this.size = size;
        this.bytes = bytes;
        sameBytes = new int[size];
        Arrays.fill(sameBytes, -1);
        int[] order = IntStream.range(0, size)
                .filter(token -> bytes[token].length > 0)
                .boxed()
                .sorted(Comparator.comparing((Integer token) -> bytes[token], Arrays::compareUnsigned))
                .mapToInt(Integer::intValue)
                .toArray();
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
        fill(order);
    }

    private void fill(int[] order) {
        int[] path = new int[Short.MAX_VALUE + 1];
        int depth = 0;
        int node = 0;
        byte[] before = {};
        for (int token : order) {
            byte[] text = bytes[token];
            int shared = common(before, text);
            while (depth > shared) {
                skips[path[--depth]] = node;
            }
            if (shared == text.length) {
                int last = path[depth - 1];
                sameBytes[token] = tokens[last];
                tokens[last] = token;
            }
            while (depth < text.length) {
                labels[node] = text[depth];
                depths[node] = (short) depth;
                path[depth++] = node;
                tokens[node++] = depth == text.length ? token : -1;
            }
            before = text;
        }
        while (depth > 0) {
            skips[path[--depth]] = node;
        }
    }

    private static int common(byte[] a, byte[] b) {
        int differ = Arrays.mismatch(a, b);
        return differ < 0 ? a.length : differ;
    }

    /**
     * A trie of the tokens 0 to {@code size - 1}.
     *
     * @param bytes the bytes that a token stands for within a text; none for a token that stands for no text, which no mask
     *     allows
     */
    public static TokenTrie of(int size, IntFunction<byte[]> bytes) {
        byte[][] all = new byte[size][];
        for (int token = 0; token < size; token++) {
            all[token] = bytes.apply(token).clone();
            if (all[token].length > Short.MAX_VALUE) {
                throw new IllegalArgumentException("token " + token + " stands for " + all[token].length
                        + " bytes, expected at most " + Short.MAX_VALUE);
            }
        }
        return new TokenTrie(size, all);
    }

    /** How many ids there are. */
    public int size() {
        return size;
    }

    /** The memory of this trie in bytes, about. */
    public long memory() {
        long texts = 0;
        for (byte[] text : bytes) {
            texts += text.length + 20L;
        }
        return texts + 4L * size + 11L * labels.length;
    }

    /** The bytes of a token, not to be changed. */
    byte[] bytes(int token) {
        if (token < 0 || token >= size) {
            throw new IllegalArgumentException("token " + token + ", expected 0 to " + (size - 1));
        }
        return bytes[token];
    }

    /** Sets the bits of all tokens that may follow a configuration. */
    void mask(StateStore store, Configuration from, WorkLimit.Operation operation, long[] mask) {
        Arrays.fill(mask, 0);
        byte[] classes = store.classes().table();
        Configuration[] path = new Configuration[64];
        path[0] = from;
        int node = 0;
        while (node < labels.length) {
            int depth = depths[node];
            Configuration next = store.after(path[depth], classes[labels[node] & 0xFF] & 0xFF, operation);
            if (next.isDead()) {
                node = skips[node];
                continue;
            }
            for (int token = tokens[node]; token >= 0; token = sameBytes[token]) {
                mask[token >> 6] |= 1L << token;
            }
            if (depth + 1 == path.length) {
                path = Arrays.copyOf(path, 2 * path.length);
            }
            path[depth + 1] = next;
            node++;
        }
    }
}
