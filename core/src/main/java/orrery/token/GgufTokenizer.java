package orrery.token;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import orrery.format.Metadata;
import orrery.token.GgufVocabulary.Kind;
import orrery.token.PieceDecoder.Step;
import orrery.token.split.Finder;

/**
 * Builds a tokenizer from the metadata of a GGUF file, which contains tokens, their types, and merges or scores; two
 * names define everything else: {@code tokenizer.ggml.model} and {@code tokenizer.ggml.pre}.
 */
final class GgufTokenizer {
    private static final System.Logger LOG = System.getLogger(GgufTokenizer.class.getName());

    /** SentencePiece's character for a space. */
    private static final String SPACE = "▁";

    private static final String MODEL = GgufVocabulary.KEYS + "model";
    private static final String PRE = GgufVocabulary.KEYS + "pre";
    private static final String ADD_BEGIN = GgufVocabulary.KEYS + "add_bos_token";
    private static final String ADD_END = GgufVocabulary.KEYS + "add_eos_token";
    private static final String ADD_SPACE = GgufVocabulary.KEYS + "add_space_prefix";

    private GgufTokenizer() {}

    /** As {@link Tokenizer#of}. */
    static TokenizerFacts of(Metadata file) {
        String model = file.text(MODEL);
        return switch (model) {
            case "gpt2" -> byteLevel(file);
            case "llama" -> sentencePiece(file);
            default ->
                throw GgufVocabulary.wrong(
                        file,
                        MODEL + " is " + GgufVocabulary.quoted(model)
                                + ", which is unknown; known are gpt2 (byte-level BPE) and llama (SentencePiece BPE)");
        };
    }

    private static TokenizerFacts byteLevel(Metadata file) {
        NamedPreTokenizer pre = pre(file);
        GgufVocabulary gguf = GgufVocabulary.of(file);
        Vocabulary vocabulary = gguf.vocabulary();
        var symbols = new Bpe.Symbols(
                pre.steps().getLast() instanceof PreTokenizer.ByteLevel,
                false,
                "",
                OptionalInt.empty(),
                false,
                pre.wholeWords());
        return new TokenizerFacts(
                file.origin(),
                vocabulary,
                pre.composes() ? List.of(NormalForm.COMPOSING) : List.of(),
                pre.steps(),
                new Bpe(vocabulary.spellings(), GgufMerges.listed(file, vocabulary.spellings()), symbols),
                around(gguf, pre.begins()),
                new PieceDecoder(List.of(new Step.ByteLevel()), PieceDecoder.Strip.NOTHING, true),
                new Roles(gguf.id("bos"), gguf.id("eos")));
    }

    private static NamedPreTokenizer pre(Metadata file) {
        String name = file.text(PRE, NamedPreTokenizer.DEFAULT);
        if (name.equals(NamedPreTokenizer.DEFAULT)) {
            // Files from before April 2024 have no name, and some converters write this one if they do not know it.
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: {1} is {2}: it splits texts in a way that few models were trained with; expected the name of the model''s own",
                    file.origin(),
                    PRE,
                    file.has(PRE) ? name : "missing");
        }
        return NamedPreTokenizer.named(name)
                .orElseThrow(() -> GgufVocabulary.wrong(
                        file,
                        PRE + " is " + GgufVocabulary.quoted(name) + ", which is unknown; known are "
                                + NamedPreTokenizer.names()));
    }

    private static TokenizerFacts sentencePiece(Metadata file) {
        GgufVocabulary gguf = GgufVocabulary.of(file).ofSentencePiece();
        Vocabulary vocabulary = gguf.vocabulary();
        OptionalInt unknown = unknown(gguf);
        requireBytes(gguf, vocabulary, unknown);
        boolean prefixed = file.flag(ADD_SPACE, true);
        var spaces = new Normalization.Replace(" ", false, SPACE, Finder.literal(" "));
        // Scores do not determine the merges uniquely; a list, which few files have, does.
        Merges merges = file.has(GgufMerges.MERGES)
                ? GgufMerges.listed(file, vocabulary.spellings())
                : GgufMerges.scored(gguf, vocabulary.spellings());
        return new TokenizerFacts(
                file.origin(),
                vocabulary,
                prefixed ? List.of(new Normalization.Prepend(SPACE), spaces) : List.of(spaces),
                List.of(),
                new Bpe(vocabulary.spellings(), merges, new Bpe.Symbols(false, true, "", unknown, true, false)),
                around(gguf, true),
                new PieceDecoder(
                        List.of(new Step.Replace(SPACE, " "), new Step.ByteFallback()),
                        prefixed ? new PieceDecoder.Strip(' ', 1) : PieceDecoder.Strip.NOTHING,
                        false),
                new Roles(gguf.id("bos"), gguf.id("eos")));
    }

    /** Tokens of type byte must be bytes, and no character may be lost. */
    private static void requireBytes(GgufVocabulary gguf, Vocabulary vocabulary, OptionalInt unknown) {
        Kind[] kinds = gguf.kinds();
        for (int id = 0; id < kinds.length; id++) {
            if (kinds[id] == Kind.BYTE
                    && !ByteAlphabet.isByteToken(gguf.tokens().get(id))) {
                throw gguf.wrong(GgufVocabulary.TOKENS + "[" + id + "] is "
                        + GgufVocabulary.quoted(gguf.tokens().get(id))
                        + " and marked as a byte, expected the form <0xE2>");
            }
        }
        boolean whole = IntStream.range(0, 256)
                .allMatch(value -> vocabulary.idOf(ByteAlphabet.token(value)).isPresent());
        if (!whole && unknown.isEmpty()) {
            throw gguf.wrong(
                    GgufVocabulary.TOKENS
                            + " has neither all bytes from <0x00> to <0xFF> nor an unknown token, so texts would lose characters");
        }
    }

    private static OptionalInt unknown(GgufVocabulary vocabulary) {
        OptionalInt named = vocabulary.id("unknown");
        return named.isPresent() ? named : vocabulary.first(Kind.UNKNOWN);
    }

    private static PostProcessor around(GgufVocabulary vocabulary, boolean begins) {
        IntStream begin = around(vocabulary, ADD_BEGIN, begins, "bos").stream();
        IntStream end = around(vocabulary, ADD_END, false, "eos").stream();
        return new PostProcessor(IntStream.concat(IntStream.concat(begin, IntStream.of(PostProcessor.TEXT)), end)
                .toArray());
    }

    /**
     * The token that the tokenizer adds to every text. If the file wants one, it must name it; a family's default alone
     * is no reason to refuse.
     */
    private static OptionalInt around(GgufVocabulary vocabulary, String key, boolean habit, String role) {
        boolean said = vocabulary.file().has(key);
        OptionalInt id = vocabulary.id(role);
        if (!(said ? vocabulary.file().flag(key) : habit)) {
            return OptionalInt.empty();
        }
        if (id.isEmpty() ? said : vocabulary.tokens().get(id.getAsInt()).isEmpty()) {
            String asked = GgufVocabulary.KEYS + role + SpecialIds.SUFFIX;
            boolean missing = !vocabulary.file().has(asked);
            throw vocabulary.wrong(key + " is true, but " + asked
                    + (missing ? " is missing" : " is " + vocabulary.file().longInteger(asked))
                    + (missing ? "" : id.isEmpty() ? ", which is not a token id" : ", a token without a text"));
        }
        return id;
    }
}
