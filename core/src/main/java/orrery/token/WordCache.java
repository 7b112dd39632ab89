package orrery.token;

import org.jspecify.annotations.Nullable;

/**
 * Caches the tokens of pieces, because most words of a text occur many times. It has a fixed number of slots, each with
 * the last piece that was stored there. Many threads may use it without a lock: an entry never changes, and other
 * threads see a new entry completely or not at all.
 */
final class WordCache {
    /** The longest piece that is cached, in chars. */
    static final int LONGEST = 48;

    private static final int PLACES = 1 << 14;

    /** @param ids not to be changed */
    private record Word(String text, int[] ids) {}

    private final @Nullable Word[] words = new @Nullable Word[PLACES];

    static int hash(String text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + text.charAt(i);
        }
        return hash;
    }

    /** Adds the tokens of a piece, if they are cached. */
    boolean find(String text, int from, int to, int hash, Ids into) {
        Word word = words[place(hash)];
        if (word == null || word.text.length() != to - from || !text.startsWith(word.text, from)) {
            return false;
        }
        into.add(word.ids, word.ids.length);
        return true;
    }

    void put(String text, int from, int to, int hash, int[] ids) {
        words[place(hash)] = new Word(text.substring(from, to), ids);
    }

    private static int place(int hash) {
        return (hash * 0x9E3779B9) >>> (32 - Integer.numberOfTrailingZeros(PLACES));
    }
}
