package orrery.token;

import java.util.BitSet;
import orrery.format.Metadata;
import orrery.format.PackedTexts;

/** The merges of byte-pair encoding in a GGUF file: a list, or the tokens' scores. */
final class GgufMerges {
    static final String MERGES = GgufVocabulary.KEYS + "merges";
    private static final String SCORES = GgufVocabulary.KEYS + "scores";

    private GgufMerges() {}

    /**
     * The listed merges, each two texts with a space between.
     *
     * @throws TokenizerException if one is not a pair, or names a text that is not a token
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
            // The first half has at least one character, which may be a space.
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
     * SentencePiece merges the two neighbours whose result has the best score; if two merges give the same piece, the
     * order is that of the tokenizer.json which transformers would make of the vocabulary.
     *
     * @throws TokenizerException if a token has no score, a score is not a number, or a piece is too long
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
                // In SentencePiece, user-defined tokens have no score, which counts as the best; converters write
                // -1000.
                scores[id] = kinds[id] == GgufVocabulary.Kind.USER_DEFINED ? 0 : scores[id];
            }
        }
        return ScoredMerges.of(spellings, mergeable, scores, ScoredMerges.Ties.LONGER_LEFT);
    }
}
