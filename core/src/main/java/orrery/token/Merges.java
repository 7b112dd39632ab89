package orrery.token;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import orrery.format.Metadata;

/**
 * Which two tokens byte-pair encoding joins, the preferred first.
 *
 * @param left ids; not to be changed
 * @param right ids, as many; not to be changed
 */
record Merges(int[] left, int[] right) {
    static final String MERGES = GgufVocabulary.KEYS + "merges";
    private static final int NONE = -1;
    private static final String SCORES = GgufVocabulary.KEYS + "scores";

    /** Characters of the longest piece that SentencePiece's trainer makes ({@code max_sentencepiece_length}, at most 512). */
    private static final int LONGEST_PIECE = 512;

    /**
     * Characters that derived merges may have together. Gemma 3's have 5 million; a few megabytes of hostile pieces, each made of all the
     * others, would have billions.
     */
    private static final long MOST_CHARACTERS = 100_000_000;

    private record Scored(double score, int leftLength, int rightLength, int left, int right) {
        /** As transformers orders them ({@code generate_merges} of convert_slow_tokenizer.py): ties by the longer left half. */
        static final Comparator<Scored> BEST_FIRST = Comparator.comparingDouble(Scored::score)
                .thenComparingInt(Scored::leftLength)
                .thenComparingInt(Scored::rightLength)
                .reversed();
    }

    /**
     * Those that a file lists, as two texts with a space between.
     *
     * @param ids of the tokens, by text
     * @throws TokenizerException if one is no pair, or names what is no token
     */
    static Merges listed(Metadata file, Map<String, Integer> ids) {
        List<String> texts = file.texts(MERGES);
        int[] left = new int[texts.size()];
        int[] right = new int[texts.size()];
        for (int i = 0; i < left.length; i++) {
            String text = texts.get(i);
            // The first half has a character at least, be it a space.
            int space = text.indexOf(' ', 1);
            if (space < 0 || space == text.length() - 1) {
                throw GgufVocabulary.wrong(file, at(i, text) + ", expected two tokens with a space between");
            }
            left[i] = known(file, ids, text.substring(0, space), i, text);
            right[i] = known(file, ids, text.substring(space + 1), i, text);
            known(file, ids, text.substring(0, space) + text.substring(space + 1), i, text);
        }
        return new Merges(left, right);
    }

    private static int known(Metadata file, Map<String, Integer> ids, String token, int index, String merge) {
        int id = ids.getOrDefault(token, NONE);
        if (id == NONE) {
            throw GgufVocabulary.wrong(
                    file,
                    at(index, merge) + ", but " + GgufVocabulary.TOKENS + " lacks " + GgufVocabulary.quoted(token));
        }
        return id;
    }

    private static String at(int index, String merge) {
        return MERGES + "[" + index + "] is " + GgufVocabulary.quoted(merge);
    }

    /**
     * Those that lead to the pieces of a SentencePiece vocabulary: SentencePiece joins the two neighbours whose whole has the best score, and
     * lists no merges. Every cut of a piece into two others is one. Takes time in proportion to the characters of the vocabulary, times the
     * length of a piece.
     *
     * @param ids of the tokens, by text
     * @throws TokenizerException if there is not a score for each token, or one is not a number, or a piece is too long
     */
    static Merges scored(GgufVocabulary vocabulary, Map<String, Integer> ids) {
        float[] scores = vocabulary.file().floatArray(SCORES);
        GgufVocabulary.requireEach(
                vocabulary.file(), SCORES, scores.length, vocabulary.tokens().size());
        List<Scored> merges = new ArrayList<>();
        long characters = 0;
        for (int id = 0; id < scores.length; id++) {
            if (Float.isNaN(scores[id])) {
                throw vocabulary.wrong(SCORES + "[" + id + "] is NaN, expected a number");
            }
            String piece = vocabulary.tokens().get(id);
            if (!vocabulary.kinds().get(id).merges() || ids.getOrDefault(piece, NONE) != id) {
                continue;
            }
            if (piece.length() > LONGEST_PIECE) {
                throw vocabulary.wrong(GgufVocabulary.TOKENS + "[" + id + "] has " + piece.length()
                        + " characters, expected at most " + LONGEST_PIECE);
            }
            int before = merges.size();
            cuts(vocabulary, ids, piece, scores[id], merges);
            characters += (long) (merges.size() - before) * piece.length();
            if (characters > MOST_CHARACTERS) {
                throw vocabulary.wrong(
                        GgufVocabulary.TOKENS + " can be put together from one another in too many ways: more than "
                                + MOST_CHARACTERS + " characters of merges");
            }
        }
        merges.sort(Scored.BEST_FIRST);
        return new Merges(
                merges.stream().mapToInt(Scored::left).toArray(),
                merges.stream().mapToInt(Scored::right).toArray());
    }

    /** Every way to make the piece of two others, the shortest left half first. */
    private static void cuts(
            GgufVocabulary vocabulary, Map<String, Integer> ids, String piece, double score, List<Scored> into) {
        for (int cut = piece.offsetByCodePoints(0, Math.min(1, piece.length()));
                cut < piece.length();
                cut = piece.offsetByCodePoints(cut, 1)) {
            int left = part(vocabulary, ids, piece.substring(0, cut));
            int right = left == NONE ? NONE : part(vocabulary, ids, piece.substring(cut));
            if (right != NONE) {
                into.add(new Scored(score, cut, piece.length() - cut, left, right));
            }
        }
    }

    private static int part(GgufVocabulary vocabulary, Map<String, Integer> ids, String text) {
        int id = ids.getOrDefault(text, NONE);
        return id != NONE && vocabulary.kinds().get(id).merges() ? id : NONE;
    }
}
