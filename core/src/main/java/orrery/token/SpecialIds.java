package orrery.token;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import orrery.format.Metadata;

/**
 * Ids of special tokens in a GGUF file, such as padding, that do not exist in its vocabulary. Converters write -1,
 * which reads as 4294967295, for a token that a model lacks, and ids above the vocabulary if tokens were cut off; all
 * readers treat them as absent.
 */
public final class SpecialIds {
    static final String SUFFIX = "_token_id";

    private SpecialIds() {}

    /** The non-existent ids, by their full keys; empty for most files. */
    public static SortedMap<String, Long> absent(Metadata gguf) {
        SortedMap<String, Long> absent = new TreeMap<>();
        if (gguf.isList(GgufVocabulary.TOKENS)) {
            int tokens = gguf.packedTexts(GgufVocabulary.TOKENS).size();
            for (String key : gguf.keys()) {
                if (key.startsWith(GgufVocabulary.KEYS) && key.endsWith(SUFFIX) && gguf.isNumber(key)) {
                    long id = gguf.longInteger(key);
                    if (id < 0 || id >= tokens) {
                        absent.put(key, id);
                    }
                }
            }
        }
        return absent;
    }

    /** The same in words. */
    public static List<String> notes(Metadata gguf) {
        return absent(gguf).entrySet().stream()
                .map(entry -> entry.getKey() + " is " + entry.getValue()
                        + ", which is not a token id: taken as if the file named none")
                .toList();
    }
}
