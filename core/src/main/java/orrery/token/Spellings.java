package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Tokens by their spelling: one array of bytes, and a hash table from bytes to the token. Released vocabularies have a
 * quarter of a million tokens; none becomes an object until it is shown.
 */
final class Spellings {
    static final int NONE = -1;

    private byte[] bytes = new byte[1 << 14];
    /** Entry {@code e} is spelled by the bytes from {@code start[e]} to {@code start[e + 1]}. */
    private int[] start = new int[1 << 10];

    private int[] ids = new int[1 << 10];
    private int count;

    /** Open addressing: an entry plus 1, or 0 for a free slot. Built at the first lookup. */
    private int[] slots = {};

    /** Whether no two tokens have the same spelling. */
    private boolean unique = true;

    void add(int id, String piece) {
        byte[] spelled = piece.getBytes(UTF_8);
        add(id, spelled, 0, spelled.length);
    }

    /** @param piece UTF-8 */
    void add(int id, byte[] piece, int from, int to) {
        int begin = start[count];
        int end = begin + to - from;
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, end));
        }
        if (count + 2 > start.length) {
            start = Arrays.copyOf(start, 2 * start.length);
            ids = Arrays.copyOf(ids, 2 * ids.length);
        }
        System.arraycopy(piece, from, bytes, begin, to - from);
        ids[count] = id;
        start[++count] = end;
    }

    /**
     * Builds the table; nothing may be added afterwards. If two tokens have the same spelling, the later one is found.
     */
    Spellings complete() {
        // Between a quarter and half full.
        slots = new int[Math.max(8, Integer.highestOneBit(count) << 2)];
        for (int entry = 0; entry < count; entry++) {
            prefer(entry);
        }
        return this;
    }

    /** Makes this entry the one that is found for its spelling. */
    void prefer(int entry) {
        int slot = slot(bytes, start[entry], start[entry + 1]);
        unique &= slots[slot] == 0 || slots[slot] == entry + 1;
        slots[slot] = entry + 1;
    }

    int count() {
        return count;
    }

    int id(int entry) {
        return ids[entry];
    }

    /** All spellings one after another; not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    int start(int entry) {
        return start[entry];
    }

    int end(int entry) {
        return start[entry + 1];
    }

    String text(int entry) {
        return new String(bytes, start[entry], start[entry + 1] - start[entry], UTF_8);
    }

    /** The id of the token with that spelling; {@link #NONE} if there is none. */
    int find(byte[] text, int from, int to) {
        int entry = slots[slot(text, from, to)] - 1;
        return entry < 0 ? NONE : ids[entry];
    }

    /**
     * As {@link #find(byte[], int, int)}, but returns the entry instead of its id; tries {@code likely} and the next
     * entry first.
     */
    int entry(byte[] text, int from, int to, int likely) {
        for (int entry = Math.max(likely, 0); unique && entry < count && entry <= likely + 1; entry++) {
            if (Arrays.equals(bytes, start[entry], start[entry + 1], text, from, to)) {
                return entry;
            }
        }
        return slots[slot(text, from, to)] - 1;
    }

    int find(String piece) {
        byte[] spelled = piece.getBytes(UTF_8);
        return find(spelled, 0, spelled.length);
    }

    /** The slot of that spelling, or the free slot where it would be. */
    private int slot(byte[] text, int from, int to) {
        int mask = slots.length - 1;
        int slot = hash(text, from, to) & mask;
        while (slots[slot] != 0 && !Arrays.equals(bytes, start[slots[slot] - 1], start[slots[slot]], text, from, to)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private static int hash(byte[] text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + text[i];
        }
        int mixed = hash * 0x9E3779B9;
        return mixed ^ mixed >>> 15;
    }
}
