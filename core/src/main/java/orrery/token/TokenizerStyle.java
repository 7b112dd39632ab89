package orrery.token;

import orrery.token.split.Finder;

/**
 * GGUF's names for how a tokenizer splits and merges. A file only contains names, so a tokenizer without one is
 * refused.
 */
sealed interface TokenizerStyle {
    String SPACE = "▁";

    /** BPE over bytes, {@code tokenizer.ggml.model = gpt2}, split as {@code pre} says. */
    record ByteLevel(String pre) implements TokenizerStyle {}

    /**
     * SentencePiece's BPE, {@code tokenizer.ggml.model = llama}.
     *
     * @param spaceBefore whether a space is added before the text
     * @param sparing whether that space is not added if the text has one, or after special tokens; GGUF's readers add
     *     it in these cases, too
     */
    record SentencePiece(boolean spaceBefore, boolean sparing) implements TokenizerStyle {}

    /** @throws TokenizerException if GGUF has no name for it */
    static TokenizerStyle of(TokenizerFacts facts) {
        return switch (facts.model()) {
            case Unigram _ -> throw wrong(facts, "model.type is Unigram, expected BPE");
            case Bpe bpe -> {
                String suffix = bpe.symbols().endOfWord();
                if (!suffix.isEmpty()) {
                    throw wrong(facts, "model.end_of_word_suffix is \"" + suffix + "\", expected none");
                }
                yield bpe.symbols().byteFallback()
                        ? sentencePiece(facts)
                        : byteLevel(facts, bpe.symbols().wholeWords());
            }
        };
    }

    private static TokenizerException wrong(TokenizerFacts facts, String what) {
        return new TokenizerException(facts.origin() + ": " + what + "; GGUF has no name for any other");
    }

    /** Spaces become ▁, by the normalizer or by Metaspace; no other change of the text is allowed. */
    private static TokenizerStyle sentencePiece(TokenizerFacts facts) {
        boolean before = false;
        boolean sparing = false;
        boolean replaced = false;
        for (Normalization step : facts.normalizers()) {
            if (step instanceof SentencePieceNormalization spelling && spelling.isPlain()) {
                before = spelling.spaceBefore();
                replaced = true;
            } else if (step.equals(new Normalization.Prepend(SPACE))) {
                before = true;
            } else if (step instanceof Normalization.Replace(String pattern, boolean regex, String content, Finder _)
                    && pattern.equals(" ")
                    && !regex
                    && content.equals(SPACE)) {
                replaced = true;
            } else {
                throw wrong(facts, "normalizer is " + name(step) + ", expected that spaces become " + SPACE);
            }
        }
        for (PreTokenizer step : facts.preTokenizers()) {
            if (step instanceof PreTokenizer.Metaspace(String replacement, PreTokenizer.Scheme scheme, boolean cuts)
                    && !cuts
                    && replacement.equals(SPACE)) {
                boolean puts = scheme != PreTokenizer.Scheme.NEVER;
                sparing = !before && puts;
                before = before || puts;
                replaced = true;
            } else if (!(replaced && step instanceof PreTokenizer.Split split && split.isAtSpaces())) {
                // After the replacement there is no space left to split at.
                throw wrong(
                        facts, "pre_tokenizer is " + name(step) + ", expected Metaspace that does not split, or none");
            }
        }
        if (!replaced) {
            throw wrong(facts, "nothing replaces spaces, expected that they become " + SPACE);
        }
        return new SentencePiece(before, sparing);
    }

    private static TokenizerStyle byteLevel(TokenizerFacts facts, boolean wholeWords) {
        for (Normalization step : facts.normalizers()) {
            if (!step.equals(NormalForm.COMPOSING)) {
                throw wrong(facts, "normalizer is " + name(step) + ", expected NFC or none");
            }
        }
        for (PreTokenizer step : facts.preTokenizers()) {
            switch (step) {
                case PreTokenizer.Metaspace _ ->
                    throw wrong(facts, "pre_tokenizer is Metaspace, expected Split, Digits or ByteLevel");
                case PreTokenizer.ByteLevel(boolean prefixed, boolean _) -> {
                    if (prefixed) {
                        throw wrong(facts, "ByteLevel adds a space before texts, expected that it does not");
                    }
                }
                case PreTokenizer.Split split -> {
                    if (split.inverted() || split.behaviour() == SplitBehaviour.REMOVED) {
                        throw wrong(
                                facts,
                                "pre_tokenizer is a Split that is " + split.behaviour()
                                        + (split.inverted() ? " and inverted" : "")
                                        + ", expected one by a Regex that is Isolated");
                    }
                }
            }
        }
        if (facts.preTokenizers().stream().noneMatch(PreTokenizer.ByteLevel.class::isInstance)) {
            throw wrong(facts, "pre_tokenizer has no ByteLevel, expected that it has");
        }
        boolean composes = !facts.normalizers().isEmpty();
        return new ByteLevel(NamedPreTokenizer.nameOf(facts.preTokenizers(), composes, wholeWords)
                .orElseThrow(() -> new TokenizerException(facts.origin()
                        + ": GGUF has no name for a pre_tokenizer that cuts by "
                        + facts.preTokenizers().stream()
                                .map(PreTokenizer::described)
                                .toList()
                        + (composes ? " after NFC" : "") + (wholeWords ? ", with ignore_merges" : "")
                        + "; known are " + NamedPreTokenizer.names())));
    }

    private static String name(Object step) {
        return step.getClass().getSimpleName();
    }
}
