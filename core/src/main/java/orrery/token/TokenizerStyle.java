package orrery.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a GGUF file calls the way in which a tokenizer.json cuts and merges. A file holds names alone, so what has none is refused. */
sealed interface TokenizerStyle {
    String SPACE = "▁";

    /** BPE over bytes, {@code tokenizer.ggml.model = gpt2}, cut as {@code pre} says. */
    record ByteLevel(String pre) implements TokenizerStyle {}

    /**
     * SentencePiece's BPE, {@code tokenizer.ggml.model = llama}.
     *
     * @param spaceBefore whether a text is read as if a space stood before it
     * @param sparing whether that space is left out where there is one, or after special tokens, where GGUF's readers put it all the same
     */
    record SentencePiece(boolean spaceBefore, boolean sparing) implements TokenizerStyle {}

    /** @throws TokenizerException if GGUF has no name for it */
    static TokenizerStyle of(TokenizerParts parts) {
        if (!parts.type().equals("BPE")) {
            throw wrong(parts, "model.type is " + parts.type() + ", expected BPE");
        }
        if (parts.endOfWord().isPresent()) {
            throw wrong(
                    parts, "model.end_of_word_suffix is \"" + parts.endOfWord().get() + "\", expected none");
        }
        return parts.flag("byte_fallback") ? sentencePiece(parts) : byteLevel(parts);
    }

    private static TokenizerException wrong(TokenizerParts parts, String what) {
        return new TokenizerException(parts.file() + ": " + what + "; GGUF has no name for any other");
    }

    /** A space becomes ▁, by the normalizer or by Metaspace. Nothing else may happen to a text. */
    private static TokenizerStyle sentencePiece(TokenizerParts parts) {
        boolean before = false;
        boolean sparing = false;
        boolean replaced = false;
        for (var step : steps(parts.normalizer(), "normalizers")) {
            String type = step.string("type");
            if (type.equals("Prepend") && step.string("prepend").equals(SPACE)) {
                before = true;
            } else if (type.equals("Replace")
                    && isSpace(step)
                    && step.string("content").equals(SPACE)) {
                replaced = true;
            } else {
                throw wrong(parts, step.where() + " is " + type + ", expected that spaces become " + SPACE);
            }
        }
        for (var step : steps(parts.preTokenizer(), "pretokenizers")) {
            String type = step.string("type");
            if (type.equals("Metaspace")
                    && !step.flag("split", true)
                    && step.optionalString("replacement").orElse(SPACE).equals(SPACE)) {
                String scheme = step.optionalString("prepend_scheme")
                        .orElse(step.flag("add_prefix_space", true) ? "always" : "never");
                sparing = !before && !scheme.equals("never");
                before = before || !scheme.equals("never");
                replaced = true;
            } else if (!(type.equals("Split") && isSpace(step) && replaced)) {
                // No space is left to split at once they are replaced.
                throw wrong(parts, step.where() + " is " + type + ", expected Metaspace that does not split, or none");
            }
        }
        if (!replaced) {
            throw wrong(parts, "nothing replaces spaces, expected that they become " + SPACE);
        }
        return new SentencePiece(before, sparing);
    }

    private static boolean isSpace(JsonObject step) {
        return step.object("pattern")
                .flatMap(pattern -> pattern.optionalString("String"))
                .equals(Optional.of(" "));
    }

    private static TokenizerStyle byteLevel(TokenizerParts parts) {
        boolean composes = false;
        for (var step : steps(parts.normalizer(), "normalizers")) {
            if (!step.string("type").equals("NFC")) {
                throw wrong(parts, step.where() + " is " + step.string("type") + ", expected NFC or none");
            }
            composes = true;
        }
        var splits = new ArrayList<String>();
        boolean bytes = false;
        for (var step : steps(parts.preTokenizer(), "pretokenizers")) {
            bytes = split(parts, step, splits);
        }
        if (!bytes) {
            throw wrong(parts, "pre_tokenizer does not end in ByteLevel, expected that it does");
        }
        boolean composing = composes;
        return new ByteLevel(PreTokenizer.nameOf(splits, composing, parts.flag("ignore_merges"))
                .orElseThrow(() -> new TokenizerException(parts.file()
                        + ": GGUF has no name for a pre_tokenizer that cuts by " + splits
                        + (composing ? " after NFC" : "")
                        + (parts.flag("ignore_merges") ? ", with ignore_merges" : "") + "; known are "
                        + PreTokenizer.names())));
    }

    /** Adds the expressions of a step, and says whether it is the one that makes bytes of characters. */
    private static boolean split(TokenizerParts parts, JsonObject step, List<String> splits) {
        switch (step.string("type")) {
            case "Split" -> {
                String behaviour = step.string("behavior");
                var regex = step.object("pattern").flatMap(pattern -> pattern.optionalString("Regex"));
                if (regex.isEmpty() || !behaviour.equals("Isolated") || step.flag("invert", false)) {
                    throw wrong(
                            parts,
                            step.where() + " is a Split that is " + behaviour
                                    + (step.flag("invert", false) ? " and inverted" : "")
                                    + ", expected one by a Regex that is Isolated");
                }
                splits.add(regex.get());
                return false;
            }
            case "Digits" -> {
                splits.add(step.flag("individual_digits", false) ? "\\p{N}" : "\\p{N}+");
                return false;
            }
            case "ByteLevel" -> {
                if (step.flag("add_prefix_space", true)) {
                    throw wrong(parts, step.where() + " adds a space before texts, expected that it does not");
                }
                if (step.flag("use_regex", true)) {
                    splits.add(PreTokenizer.GPT_2);
                }
                return true;
            }
            default ->
                throw wrong(
                        parts, step.where() + " is " + step.string("type") + ", expected Split, Digits or ByteLevel");
        }
    }

    /** The steps of a Sequence, or the only one. */
    private static List<JsonObject> steps(Optional<JsonObject> part, String members) {
        if (part.isEmpty()) {
            return List.of();
        }
        return part.get().string("type").equals("Sequence")
                ? part.get().objects(members).stream()
                        .flatMap(inner -> steps(Optional.of(inner), members).stream())
                        .toList()
                : List.of(part.get());
    }
}
