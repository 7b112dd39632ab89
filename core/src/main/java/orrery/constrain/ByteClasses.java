package orrery.constrain;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The coarsest partition of the byte values in which every set of a grammar is a union of classes. */
final class ByteClasses {
    private final byte[] classOf = new byte[256];
    private final Set<ByteSet> seen = new HashSet<>();
    private int count = 1;

    /** Splits classes so that the set becomes a union of classes. */
    void add(ByteSet set) {
        if (!seen.add(set)) {
            return;
        }
        Map<Integer, Integer> inside = new HashMap<>();
        int[] outsideSize = new int[count];
        for (int value = 0; value < 256; value++) {
            if (!set.contains(value)) {
                outsideSize[of(value)]++;
            }
        }
        for (int value = 0; value < 256; value++) {
            int old = of(value);
            if (set.contains(value) && outsideSize[old] > 0) {
                Integer split = inside.get(old);
                if (split == null) {
                    split = count++;
                    inside.put(old, split);
                }
                classOf[value] = split.byteValue();
            }
        }
    }

    int count() {
        return count;
    }

    /** The class of a byte value, 0 to 255. */
    int of(int value) {
        return classOf[value] & 0xFF;
    }

    /** The class of each byte value, not to be changed. */
    byte[] table() {
        return classOf;
    }

    /** The classes that make up a set. */
    ByteSet of(ByteSet set) {
        long[] words = new long[4];
        for (int value = 0; value < 256; value++) {
            if (set.contains(value)) {
                words[of(value) >> 6] |= 1L << of(value);
            }
        }
        return new ByteSet(words[0], words[1], words[2], words[3]);
    }

    /** The only byte of a class, or -1 if it has several. */
    int onlyByte(int number) {
        int found = -1;
        for (int value = 0; value < 256; value++) {
            if (of(value) == number) {
                if (found >= 0) {
                    return -1;
                }
                found = value;
            }
        }
        return found;
    }

    @Override
    public String toString() {
        return count + " classes " + Arrays.toString(classOf);
    }
}
