package orrery.token;

import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import orrery.format.Metadata;

/**
 * The stop ids of a GGUF file: {@code eos_token_id}, {@code eot_token_id} and {@code eom_token_id}.
 *
 * <p>Converters write the one stop id that config.json names and omit the others, so that Llama 3 would run past the
 * end of its turn, or of its text. If a file has no {@code eot_token_id}, the added tokens that end a turn or a text in
 * known families count as well; if it has no {@code eom_token_id}, also those that end a message which waits for a
 * tool. They are recognised by their texts, as in llama.cpp ({@code special_eog_ids}), which knows some more.
 */
public final class StopTokens {
    /** Llama 3, Llama 4, Qwen 3 (ChatML) and Gemma; then the ends of a text: Llama 3 and 4, Qwen 3 and OLMo 2. */
    private static final Set<String> ENDS_OF_TURN =
            Set.of("<|eot_id|>", "<|eot|>", "<|im_end|>", "<end_of_turn>", "<|end_of_text|>", "<|endoftext|>");

    /** Llama 3 and 4. */
    private static final Set<String> ENDS_OF_MESSAGE = Set.of("<|eom_id|>", "<|eom|>");

    private static final List<String> ROLES = List.of("eos", "eot", "eom");

    private StopTokens() {}

    /** Whether a token ends a message that waits for a tool, in the known families. */
    static boolean endsAMessage(String token) {
        return ENDS_OF_MESSAGE.contains(token);
    }

    /**
     * Their ids; empty if the file names none and has none that is known.
     *
     * @throws TokenizerException if the file names an id without a token, and no other token ends an answer
     * @throws orrery.format.FormatException if a value is missing or has the wrong type
     */
    public static SortedSet<Integer> of(Metadata gguf) {
        GgufVocabulary vocabulary = GgufVocabulary.of(gguf);
        SortedSet<Integer> ids = new TreeSet<>();
        ROLES.forEach(role -> vocabulary.id(role).ifPresent(ids::add));
        boolean turns = vocabulary.id("eot").isEmpty();
        boolean messages = vocabulary.id("eom").isEmpty();
        for (AddedToken token : vocabulary.added()) {
            if ((turns && ENDS_OF_TURN.contains(token.content()))
                    || (messages && ENDS_OF_MESSAGE.contains(token.content()))) {
                ids.add(token.id());
            }
        }
        if (ids.isEmpty()) {
            requireNoStray(gguf, vocabulary.tokens().size());
        }
        return ids;
    }

    /** A model whose stop token is missing would generate for ever. */
    private static void requireNoStray(Metadata gguf, int tokens) {
        var strays = SpecialIds.absent(gguf);
        ROLES.stream()
                .map(role -> GgufVocabulary.KEYS + role + SpecialIds.SUFFIX)
                .filter(strays::containsKey)
                .findFirst()
                .ifPresent(key -> {
                    throw GgufVocabulary.wrong(
                            gguf,
                            key + " is " + strays.get(key) + ", expected the id of a token, 0 to " + (tokens - 1)
                                    + ": no other token ends an answer");
                });
    }
}
