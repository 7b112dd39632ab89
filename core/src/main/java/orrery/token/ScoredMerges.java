package orrery.token;

import java.util.Arrays;
import java.util.BitSet;

/**
 * SentencePiece's merges: two neighbours merge if the result is a piece, that with the best score first. There is no
 * list; a pair is looked up by the text that the two form.
 *
 * @param spellings of the pieces
 * @param mergeable the ids that merges start from and produce
 * @param ranks by id, for the mergeable ones: 0 for the best score, equal for equal scores; not to be changed
 * @param ties the order of equal ranks
 */
record ScoredMerges(Spellings spellings, BitSet mergeable, int[] ranks, Ties ties) implements Merges {
    /**
     * The longest piece that SentencePiece's trainer makes, in characters ({@code max_sentencepiece_length}, at most
     * 512).
     */
    static final int LONGEST_PIECE = 512;

    private static final int LENGTH_BITS = 10;
    private static final int LENGTHS = (1 << LENGTH_BITS) - 1;

    enum Ties {
        /** SentencePiece and tiktoken: the leftmost. */
        LEFTMOST,
        /**
         * As in the list that transformers makes of the scores ({@code generate_merges} of convert_slow_tokenizer.py):
         * the longer left half, then the longer right half, then the lower id, then the leftmost.
         */
        LONGER_LEFT
    }

    /** @param scores by id; a higher one comes first */
    static ScoredMerges of(Spellings spellings, BitSet mergeable, float[] scores, Ties ties) {
        var ordered = new long[mergeable.cardinality()];
        int count = 0;
        for (int id = mergeable.nextSetBit(0); id >= 0; id = mergeable.nextSetBit(id + 1)) {
            ordered[count++] = (long) descending(scores[id]) << 32 | id;
        }
        Arrays.sort(ordered);
        var ranks = new int[scores.length];
        int rank = 0;
        for (int i = 0; i < count; i++) {
            if (i > 0 && ordered[i] >> 32 != ordered[i - 1] >> 32) {
                rank++;
            }
            ranks[(int) ordered[i]] = rank;
        }
        return new ScoredMerges(spellings, mergeable, ranks, ties);
    }

    /** An int that decreases as the score increases; 0 and -0 are equal. */
    private static int descending(float score) {
        int bits = Float.floatToIntBits(score + 0.0f);
        return ~(bits < 0 ? bits ^ Integer.MAX_VALUE : bits);
    }

    @Override
    public long joined(int left, int right, byte[] text, int from, int middle, int to) {
        if (!mergeable.get(left) || !mergeable.get(right)) {
            return NONE;
        }
        int id = spellings.find(text, from, to);
        if (id == Spellings.NONE || !mergeable.get(id)) {
            return NONE;
        }
        return switch (ties) {
            case LEFTMOST -> (long) ranks[id] << ID_BITS | id;
            case LONGER_LEFT -> {
                long lengths = ((long) (LENGTHS - characters(text, from, middle)) << LENGTH_BITS)
                        | (LENGTHS - characters(text, middle, to));
                yield ((long) ranks[id] << (2 * LENGTH_BITS + ID_BITS)) | (lengths << ID_BITS) | id;
            }
        };
    }

    private static int characters(byte[] text, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            count += (text[i] & 0xC0) == 0x80 ? 0 : 1;
        }
        return count;
    }

    /**
     * As a list, for programs that do not read scores: each token with the two parts that all merges except its own
     * make of it. A token that is left in more parts cannot be produced by any text. For symbols that are bytes,
     * spelled in GPT-2's alphabet.
     */
    ListedMerges listed() {
        var others = (BitSet) mergeable.clone();
        var joining = new Joining(new ScoredMerges(spellings, others, ranks, ties));
        var entries = new int[Arrays.stream(ranks).max().orElse(0) + 1];
        Arrays.fill(entries, Spellings.NONE);
        for (int entry = 0; entry < spellings.count(); entry++) {
            if (mergeable.get(spellings.id(entry))) {
                entries[ranks[spellings.id(entry)]] = entry;
            }
        }
        var pairs = new Ids(2 * entries.length);
        for (int entry : entries) {
            if (entry == Spellings.NONE) {
                continue;
            }
            int id = spellings.id(entry);
            others.clear(id);
            int[] parts = parts(joining, entry);
            others.set(id);
            if (parts.length == 2) {
                pairs.add(parts, 2);
                pairs.add(id);
            }
        }
        int[] all = pairs.toArray();
        return new ListedMerges(every(all, 0), every(all, 1), every(all, 2));
    }

    private int[] parts(Joining joining, int entry) {
        byte[] bytes = spellings.bytes();
        joining.clear();
        for (int at = spellings.start(entry); at < spellings.end(entry); ) {
            int next = at + Unigram.bytes(bytes[at]);
            joining.add(spellings.find(bytes, at, next), at, next);
            at = next;
        }
        joining.join(bytes);
        var parts = new Ids(4);
        joining.addTo(parts);
        return parts.toArray();
    }

    private static int[] every(int[] triples, int offset) {
        var values = new int[triples.length / 3];
        Arrays.setAll(values, i -> triples[3 * i + offset]);
        return values;
    }

    @Override
    public int idle() {
        return switch (ties) {
            case LEFTMOST -> ID_BITS;
            case LONGER_LEFT -> 0;
        };
    }

    @Override
    public BitSet made() {
        return mergeable;
    }

    @Override
    public Merges without(BitSet ids) {
        var kept = (BitSet) mergeable.clone();
        kept.andNot(ids);
        return new ScoredMerges(spellings, kept, ranks, ties);
    }
}
