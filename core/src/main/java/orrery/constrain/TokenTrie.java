package orrery.constrain;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The tokens of a vocabulary by their bytes, as a trie, and its slices: the tokens that lie wholly within a JSON
 * string. Made once for a tokenizer; several threads may use it.
 */
public final class TokenTrie {
    private final byte[][] bytes;
    private final int[] sameBytes;
    private final Trie all;
    private final Slice[] slices;

    /** The tokens of a slice, and a trie of the others. */
    private record Slice(long[] tokens, Trie others) {}

    private TokenTrie(byte[][] bytes) {
        this.bytes = bytes;
        sameBytes = new int[bytes.length];
        Arrays.fill(sameBytes, -1);
        int[] order = IntStream.range(0, bytes.length)
                .filter(token -> bytes[token].length > 0)
                .boxed()
                .sorted(Comparator.comparing((Integer token) -> bytes[token], Arrays::compareUnsigned))
                .mapToInt(Integer::intValue)
                .toArray();
        int count = 0;
        for (int i = 0; i < order.length; i++) {
            if (count > 0 && Arrays.equals(bytes[order[count - 1]], bytes[order[i]])) {
                sameBytes[order[i]] = sameBytes[order[count - 1]];
                sameBytes[order[count - 1]] = order[i];
            } else {
                order[count++] = order[i];
            }
        }
        int[] distinct = Arrays.copyOf(order, count);
        all = new Trie(bytes, distinct);
        slices = new Slice[StringSlice.LENGTHS.length];
        for (int i = 0; i < slices.length; i++) {
            int longest = StringSlice.LENGTHS[i];
            IntPredicate inside = token -> StringSlice.contains(bytes[token], longest);
            long[] tokens = new long[words()];
            Arrays.stream(distinct).filter(inside).forEach(token -> allow(token, tokens));
            slices[i] = new Slice(
                    tokens,
                    new Trie(
                            bytes,
                            Arrays.stream(distinct).filter(inside.negate()).toArray()));
        }
    }

    /**
     * A trie of the tokens 0 to {@code size - 1}.
     *
     * @param bytes the bytes that a token stands for within a text; none for a token that stands for no text, which
     *     no mask allows
     */
    public static TokenTrie of(int size, IntFunction<byte[]> bytes) {
        byte[][] all = new byte[size][];
        for (int token = 0; token < size; token++) {
            all[token] = bytes.apply(token).clone();
            if (all[token].length > Trie.LONGEST) {
                throw new IllegalArgumentException("token " + token + " stands for " + all[token].length
                        + " bytes, expected at most " + Trie.LONGEST);
            }
        }
        return new TokenTrie(all);
    }

    /** How many ids there are. */
    public int size() {
        return bytes.length;
    }

    /** The memory of this vocabulary in bytes, about. */
    public long memory() {
        long sum = all.memory() + 4L * sameBytes.length;
        for (byte[] text : bytes) {
            sum += text.length + 20L;
        }
        for (Slice slice : slices) {
            sum += slice.others.memory() + 8L * slice.tokens.length;
        }
        return sum;
    }

    /** The bytes of a token, not to be changed. */
    byte[] bytes(int token) {
        if (token < 0 || token >= bytes.length) {
            throw new IllegalArgumentException("token " + token + ", expected 0 to " + (bytes.length - 1));
        }
        return bytes[token];
    }

    /** The length of a mask. */
    int words() {
        return (bytes.length + 63) >> 6;
    }

    private void allow(int token, long[] mask) {
        for (int same = token; same >= 0; same = sameBytes[same]) {
            mask[same >> 6] |= 1L << same;
        }
    }

    /** Sets the bits of all tokens that may follow a configuration, and clears those of all others. */
    void mask(StateStore store, Configuration from, WorkLimit.Operation operation, long[] mask) {
        int slice = store.slice(from, operation);
        Trie trie = all;
        if (slice >= 0) {
            System.arraycopy(slices[slice].tokens, 0, mask, 0, mask.length);
            trie = slices[slice].others;
        } else {
            Arrays.fill(mask, 0);
        }
        byte[] classes = store.classes().table();
        byte[] labels = trie.labels;
        short[] depths = trie.depths;
        Configuration[] path = new Configuration[trie.deepest + 1];
        path[0] = from;
        int node = 0;
        while (node < labels.length) {
            int depth = depths[node];
            Configuration next = store.after(path[depth], classes[labels[node] & 0xFF] & 0xFF, operation);
            if (next.isDead) {
                node = trie.skips[node];
                continue;
            }
            int token = trie.tokens[node++];
            if (token >= 0) {
                allow(token, mask);
            }
            path[depth + 1] = next;
        }
    }
}
