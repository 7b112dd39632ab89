package orrery.token;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import orrery.format.Metadata;
import orrery.token.GgufVocabulary.Kind;
import orrery.token.PieceDecoder.Step;

/**
 * A tokenizer out of the metadata of a GGUF file, which holds tokens, their kinds, and merges or scores, but names all else by two words:
 * {@code tokenizer.ggml.model} and {@code tokenizer.ggml.pre}.
 *
 * @param json what Hugging Face's engine reads, in UTF-8; not to be changed
 */
record GgufTokenizer(
        byte[] json, TokenizerFile.Content content, OptionalInt beginOfSequence, OptionalInt endOfSequence) {
    private static final System.Logger LOG = System.getLogger(GgufTokenizer.class.getName());

    private static final String MODEL = GgufVocabulary.KEYS + "model";
    private static final String PRE = GgufVocabulary.KEYS + "pre";
    private static final String ADD_BEGIN = GgufVocabulary.KEYS + "add_bos_token";
    private static final String ADD_END = GgufVocabulary.KEYS + "add_eos_token";
    private static final String ADD_SPACE = GgufVocabulary.KEYS + "add_space_prefix";

    /** As {@link Tokenizer#of}. */
    static GgufTokenizer of(Metadata file) {
        String model = file.text(MODEL);
        return switch (model) {
            case "gpt2" -> byteLevel(file);
            case "llama" -> sentencePiece(file);
            default ->
                throw GgufVocabulary.wrong(
                        file,
                        MODEL + " is " + GgufVocabulary.quoted(model)
                                + ", which is not known; known are gpt2 (byte-level BPE) and llama (SentencePiece BPE)");
        };
    }

    private static GgufTokenizer byteLevel(Metadata file) {
        PreTokenizer pre = pre(file);
        GgufVocabulary vocabulary = GgufVocabulary.of(file);
        List<AddedToken> added = vocabulary.added();
        Map<String, Integer> ids = vocabulary.ids(added);
        return new GgufTokenizer(
                vocabulary,
                new TokenizerJson(
                        new TokenizerJson.Spelling.ByteLevel(pre),
                        vocabulary.tokens(),
                        ids,
                        added,
                        Merges.listed(file, ids),
                        around(vocabulary, ADD_BEGIN, pre.begins(), "bos"),
                        around(vocabulary, ADD_END, false, "eos")),
                new PieceDecoder(List.of(new Step.ByteLevel()), PieceDecoder.Strip.NOTHING, true));
    }

    private static PreTokenizer pre(Metadata file) {
        String name = file.text(PRE, PreTokenizer.DEFAULT);
        if (name.equals(PreTokenizer.DEFAULT)) {
            // Files from before April 2024 have no name, and some converters write this one where they know no better.
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: {1} is {2}: it splits texts in a way that few models were trained with; expected the name of the model''s own",
                    file.origin(),
                    PRE,
                    file.has(PRE) ? name : "missing");
        }
        return PreTokenizer.named(name)
                .orElseThrow(() -> GgufVocabulary.wrong(
                        file,
                        PRE + " is " + GgufVocabulary.quoted(name) + ", which is not known; known are "
                                + PreTokenizer.names()));
    }

    private static GgufTokenizer sentencePiece(Metadata file) {
        GgufVocabulary vocabulary = GgufVocabulary.of(file);
        requireBytes(vocabulary);
        boolean prefixed = file.flag(ADD_SPACE, true);
        List<AddedToken> added = vocabulary.added();
        Map<String, Integer> ids = vocabulary.ids(added);
        PieceDecoder.Strip strip = prefixed ? new PieceDecoder.Strip(' ', 1) : PieceDecoder.Strip.NOTHING;
        return new GgufTokenizer(
                vocabulary,
                new TokenizerJson(
                        new TokenizerJson.Spelling.SentencePiece(prefixed, unknown(vocabulary)),
                        vocabulary.tokens(),
                        ids,
                        added,
                        // Scores leave open which two tokens are joined; a list, which few files have, does not.
                        file.has(Merges.MERGES) ? Merges.listed(file, ids) : Merges.scored(vocabulary, ids),
                        around(vocabulary, ADD_BEGIN, true, "bos"),
                        around(vocabulary, ADD_END, false, "eos")),
                new PieceDecoder(
                        List.of(new Step.Replace(TokenizerJson.SPACE, " "), new Step.ByteFallback()), strip, true));
    }

    /** What is marked as a byte must be one, and a text must not lose characters. */
    private static void requireBytes(GgufVocabulary vocabulary) {
        for (int id = 0; id < vocabulary.tokens().size(); id++) {
            String token = vocabulary.tokens().get(id);
            if (vocabulary.kinds().get(id) == Kind.BYTE && !ByteAlphabet.isByteToken(token)) {
                throw vocabulary.wrong(GgufVocabulary.TOKENS + "[" + id + "] is " + GgufVocabulary.quoted(token)
                        + " and marked as a byte, expected the form <0xE2>");
            }
        }
        if (vocabulary.lacksBytes() && unknown(vocabulary).isEmpty()) {
            throw vocabulary.wrong(
                    GgufVocabulary.TOKENS
                            + " has neither all bytes from <0x00> to <0xFF> nor an unknown token, so texts would lose characters");
        }
    }

    private static Optional<String> unknown(GgufVocabulary vocabulary) {
        return vocabulary
                .text("unknown")
                .or(() -> vocabulary.first(Kind.UNKNOWN).stream()
                        .mapToObj(vocabulary.tokens()::get)
                        .findFirst());
    }

    /** The token that the tokenizer puts around every text. Where the file wants one, it must say which; a family's habit is not worth a refusal. */
    private static OptionalInt around(GgufVocabulary vocabulary, String key, boolean habit, String role) {
        boolean said = vocabulary.file().has(key);
        OptionalInt id = vocabulary.id(role);
        if (!(said ? vocabulary.file().flag(key) : habit)) {
            return OptionalInt.empty();
        }
        if (id.isEmpty() ? said : vocabulary.tokens().get(id.getAsInt()).isEmpty()) {
            throw vocabulary.wrong(key + " is true, but " + GgufVocabulary.KEYS + role + "_token_id "
                    + (id.isEmpty() ? "is missing" : "is " + id.getAsInt() + ", a token without a text"));
        }
        return id;
    }

    private GgufTokenizer(GgufVocabulary vocabulary, TokenizerJson json, PieceDecoder decoder) {
        this(
                json.bytes(),
                new TokenizerFile.Content(vocabulary(vocabulary, json.added()), decoder),
                vocabulary.id("bos"),
                vocabulary.id("eos"));
    }

    private static Vocabulary vocabulary(GgufVocabulary vocabulary, List<AddedToken> added) {
        Vocabulary.Builder pieces = new Vocabulary.Builder();
        for (int id = 0; id < vocabulary.tokens().size(); id++) {
            pieces.add(id, vocabulary.tokens().get(id));
        }
        return pieces.build(added);
    }
}
