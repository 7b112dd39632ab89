package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.BitSet;
import orrery.format.Metadata;
import orrery.format.PackedTexts;

/** Which two tokens byte-pair encoding joins, as a GGUF file says it: by a list, or by the scores of the tokens. */
final class GgufMerges {
    static final String MERGES = GgufVocabulary.KEYS + "merges";
    private static final String SCORES = GgufVocabulary.KEYS + "scores";

    private GgufMerges() {}

    /**
     * Those that a file lists, as two texts with a space between.
     *
     * @throws TokenizerException if one is no pair, or names what is no token
     */
    static ListedMerges listed(Metadata file, Spellings spellings) {
        PackedTexts texts = file.packedTexts(MERGES);
        byte[] bytes = texts.bytes();
        var left = new int[texts.size()];
        var right = new int[texts.size()];
        var whole = new int[texts.size()];
        byte[] joined = {};
        for (int i = 0; i < left.length; i++) {
            int from = texts.start(i);
            int to = texts.end(i);
            // The first half has a character at least, be it a space.
            int space = from + 1;
            while (space < to && bytes[space] != ' ') {
                space++;
            }
            if (space >= to - 1) {
                throw GgufVocabulary.wrong(file, at(texts, i) + ", expected two tokens with a space between");
            }
            int length = to - from - 1;
            if (joined.length < length) {
                joined = new byte[2 * length];
            }
            System.arraycopy(bytes, from, joined, 0, space - from);
            System.arraycopy(bytes, space + 1, joined, space - from, to - space - 1);
            left[i] = known(file, spellings, joined, 0, space - from, texts, i);
            right[i] = known(file, spellings, joined, space - from, length, texts, i);
            whole[i] = known(file, spellings, joined, 0, length, texts, i);
        }
        return new ListedMerges(left, right, whole);
    }

    private static int known(
            Metadata file, Spellings spellings, byte[] joined, int from, int to, PackedTexts texts, int index) {
        int id = spellings.find(joined, from, to);
        if (id == Spellings.NONE) {
            String lacking = new String(joined, from, to - from, UTF_8);
            throw GgufVocabulary.wrong(
                    file,
                    at(texts, index) + ", but " + GgufVocabulary.TOKENS + " lacks " + GgufVocabulary.quoted(lacking));
        }
        return id;
    }

    private static String at(PackedTexts texts, int index) {
        return MERGES + "[" + index + "] is " + GgufVocabulary.quoted(texts.get(index));
    }

    /**
     * SentencePiece joins the two neighbours whose whole has the best score; which of two ways to the same piece comes first
     * is that of the tokenizer.json which transformers would make of the vocabulary.
     *
     * @throws TokenizerException if there is not a score for each token, or one is not a number, or a piece is too long
     */
    static ScoredMerges scored(GgufVocabulary vocabulary, Spellings spellings) {
        float[] scores = vocabulary.file().floatArray(SCORES);
        PackedTexts tokens = vocabulary.tokens();
        GgufVocabulary.requireEach(vocabulary.file(), SCORES, scores.length, tokens.size());
        var mergeable = new BitSet();
        for (int id = 0; id < scores.length; id++) {
            if (Float.isNaN(scores[id])) {
                throw vocabulary.wrong(SCORES + "[" + id + "] is NaN, expected a number");
            }
            if (vocabulary.kinds()[id].merges()) {
                if (tokens.end(id) - tokens.start(id) > ScoredMerges.LONGEST_PIECE
                        && tokens.get(id).length() > ScoredMerges.LONGEST_PIECE) {
                    throw vocabulary.wrong(GgufVocabulary.TOKENS + "[" + id + "] has "
                            + tokens.get(id).length() + " characters, expected at most " + ScoredMerges.LONGEST_PIECE);
                }
                mergeable.set(id);
            }
        }
        return ScoredMerges.of(spellings, mergeable, scores, ScoredMerges.Ties.LONGER_LEFT);
    }
}
