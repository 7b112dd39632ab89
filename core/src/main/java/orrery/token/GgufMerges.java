package orrery.token;

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
        var list = new MergeList(
                spellings,
                (index, merged, lacking) -> GgufVocabulary.wrong(
                        file,
                        at(texts, index) + ", but " + GgufVocabulary.TOKENS + " lacks "
                                + GgufVocabulary.quoted(lacking)));
        for (int i = 0; i < texts.size(); i++) {
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
            list.left(bytes, from, space);
            list.right(bytes, space + 1, to);
        }
        return list.merges();
    }

    private static String at(PackedTexts texts, int index) {
        return MERGES + "[" + index + "] is " + GgufVocabulary.quoted(texts.get(index));
    }

    /**
     * SentencePiece joins the two neighbours whose whole has the best score; which of two ways to the same piece comes
     * first is that of the tokenizer.json which transformers would make of the vocabulary.
     *
     * @throws TokenizerException if there is not a score for each token, or one is not a number, or a piece is too long
     */
    static ScoredMerges scored(GgufVocabulary vocabulary, Spellings spellings) {
        float[] scores = vocabulary.file().floatArray(SCORES);
        PackedTexts tokens = vocabulary.tokens();
        GgufVocabulary.requireEach(vocabulary.file(), SCORES, scores.length, tokens.size());
        var kinds = vocabulary.kinds();
        var mergeable = new BitSet();
        for (int id = 0; id < scores.length; id++) {
            if (Float.isNaN(scores[id])) {
                throw vocabulary.wrong(SCORES + "[" + id + "] is NaN, expected a number");
            }
            if (kinds[id].merges()) {
                if (tokens.end(id) - tokens.start(id) > ScoredMerges.LONGEST_PIECE
                        && tokens.get(id).length() > ScoredMerges.LONGEST_PIECE) {
                    throw vocabulary.wrong(GgufVocabulary.TOKENS + "[" + id + "] has "
                            + tokens.get(id).length() + " characters, expected at most " + ScoredMerges.LONGEST_PIECE);
                }
                mergeable.set(id);
                // What its trainer was told to add has no score in SentencePiece, which is the best; converters write
                // -1000.
                scores[id] = kinds[id] == GgufVocabulary.Kind.USER_DEFINED ? 0 : scores[id];
            }
        }
        return ScoredMerges.of(spellings, mergeable, scores, ScoredMerges.Ties.LONGER_LEFT);
    }
}
