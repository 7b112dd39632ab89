package orrery.token;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import orrery.token.PieceDecoder.Step;

/**
 * Reads a SentencePiece model ({@code tokenizer.model}, {@code spiece.model}): pieces with scores, the kind of model,
 * and the normalization. Source: {@code sentencepiece_model.proto} of github.com/google/sentencepiece.
 */
final class SentencePieceFile {
    private static final int UNIGRAM = 1;
    private static final int BPE = 2;

    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int BYTE = 6;

    /** @param kind one of the constants above */
    private record Piece(String text, float score, int kind) {}

    private final List<Piece> pieces = new ArrayList<>();
    private int model = UNIGRAM;
    private boolean byteFallback;
    private int begin = 1;
    private int end = 2;
    private Optional<CharacterMap> rules = Optional.empty();
    private boolean spaceBefore = true;
    private boolean fewSpaces = true;

    private SentencePieceFile() {}

    /** @throws TokenizerException naming the file, if it is malformed or of an unknown kind */
    static TokenizerFacts parse(byte[] bytes, String where) {
        try {
            var file = new SentencePieceFile();
            file.read(new Protobuf(bytes, 0, bytes.length));
            return file.facts(where);
        } catch (TokenizerException wrong) {
            throw new TokenizerException(where + ": " + wrong.getMessage(), wrong);
        }
    }

    private void read(Protobuf file) {
        while (file.next()) {
            switch (file.field()) {
                case 1 -> pieces.add(piece(file.message()));
                case 2 -> trainer(file.message());
                case 3 -> normalizer(file.message());
                default -> file.skip(); // self tests, and a denormalizer, which is not used
            }
        }
        if (pieces.isEmpty()) {
            throw new TokenizerException("there are no pieces; this is not a SentencePiece model");
        }
    }

    private Piece piece(Protobuf message) {
        String text = "";
        float score = 0;
        int kind = NORMAL;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> text = message.text();
                case 2 -> score = message.decimal();
                case 3 -> kind = (int) message.integer();
                default -> message.skip();
            }
        }
        String what = "piece " + pieces.size();
        if (text.isEmpty()) {
            throw new TokenizerException(what + " has no text");
        }
        if (Float.isNaN(score) || text.length() > ScoredMerges.LONGEST_PIECE) {
            throw new TokenizerException(what + " has the score " + score + " and " + text.length()
                    + " characters, expected a number and at most " + ScoredMerges.LONGEST_PIECE);
        }
        boolean known = kind >= NORMAL && kind <= BYTE && kind != 5;
        if (!known || (kind == BYTE && !ByteAlphabet.isByteToken(text))) {
            throw new TokenizerException(what + " is " + GgufVocabulary.quoted(text) + " of kind " + kind
                    + ", expected 1 to 4, or 6 and the form <0xE2>");
        }
        return new Piece(text, score, kind);
    }

    private void trainer(Protobuf message) {
        while (message.next()) {
            switch (message.field()) {
                case 3 -> model = (int) message.integer();
                case 24 -> {
                    if (message.flag()) {
                        throw new TokenizerException("trainer_spec.treat_whitespace_as_suffix is true, expected false");
                    }
                }
                case 35 -> byteFallback = message.flag();
                case 41 -> begin = (int) message.integer();
                case 42 -> end = (int) message.integer();
                default -> message.skip(); // how it was trained
            }
        }
    }

    private void normalizer(Protobuf message) {
        while (message.next()) {
            switch (message.field()) {
                case 2 -> {
                    byte[] blob = message.bytes();
                    rules = blob.length == 0 ? Optional.empty() : Optional.of(CharacterMap.of(blob));
                }
                case 3 -> spaceBefore = message.flag();
                case 4 -> fewSpaces = message.flag();
                case 5 -> {
                    if (!message.flag()) {
                        throw new TokenizerException("normalizer_spec.escape_whitespaces is false, expected true");
                    }
                }
                default -> message.skip(); // its name, and the rules before compilation
            }
        }
    }

    private TokenizerFacts facts(String where) {
        var spellings = new Spellings();
        List<AddedToken> added = new ArrayList<>();
        OptionalInt unknown = OptionalInt.empty();
        for (int id = 0; id < pieces.size(); id++) {
            Piece piece = pieces.get(id);
            spellings.add(id, piece.text);
            if (piece.kind == UNKNOWN) {
                unknown = OptionalInt.of(id);
            }
            if (piece.kind == UNKNOWN || piece.kind == CONTROL) {
                added.add(new AddedToken(id, piece.text, true));
            } else if (piece.kind == USER_DEFINED) {
                added.add(new AddedToken(id, piece.text, false, true, false, false, false));
            }
        }
        if (unknown.isEmpty()) {
            throw new TokenizerException("there is no piece for what is unknown");
        }
        var symbols =
                new AddedTokens(added.stream().filter(token -> !token.special()).toList());
        if (model == UNIGRAM) {
            added.removeIf(token -> !token.special()); // they are found by their scores
        }
        var vocabulary = new Vocabulary(spellings.complete(), added);
        return new TokenizerFacts(
                where,
                vocabulary,
                List.of(new SentencePieceNormalization(rules, symbols, spaceBefore, fewSpaces)),
                List.of(),
                model(spellings, unknown),
                begin < 0 ? PostProcessor.NOTHING : new PostProcessor(new int[] {begin, PostProcessor.TEXT}),
                new PieceDecoder(
                        List.of(new Step.Replace("▁", " "), new Step.ByteFallback()),
                        spaceBefore ? new PieceDecoder.Strip(' ', 1) : PieceDecoder.Strip.NOTHING,
                        false),
                Roles.of(begin, end));
    }

    private Model model(Spellings spellings, OptionalInt unknown) {
        return switch (model) {
            case BPE -> {
                var mergeable = new BitSet();
                var scores = new float[pieces.size()];
                for (int id = 0; id < scores.length; id++) {
                    mergeable.set(id, pieces.get(id).kind == NORMAL || pieces.get(id).kind == USER_DEFINED);
                    scores[id] = pieces.get(id).score;
                }
                yield new Bpe(
                        spellings,
                        ScoredMerges.of(spellings, mergeable, scores, ScoredMerges.Ties.LEFTMOST),
                        new Bpe.Symbols(false, byteFallback, "", unknown, true, false));
            }
            case UNIGRAM -> unigram(spellings, unknown);
            default ->
                throw new TokenizerException(
                        "trainer_spec.model_type is " + model + ", expected 1 (unigram) or 2 (BPE)");
        };
    }

    private Unigram unigram(Spellings spellings, OptionalInt unknown) {
        var excluded = new BitSet();
        var scores = new double[pieces.size()];
        float least = Float.MAX_VALUE;
        float most = 0.1f;
        for (int id = 0; id < scores.length; id++) {
            Piece piece = pieces.get(id);
            excluded.set(id, piece.kind != NORMAL && piece.kind != USER_DEFINED);
            scores[id] = piece.score;
            if (piece.kind == NORMAL) {
                least = Math.min(least, piece.score);
                most = Math.max(most, piece.score);
            }
        }
        for (int id = 0; id < scores.length; id++) {
            if (pieces.get(id).kind == USER_DEFINED) {
                // A bonus that grows with the length, so that it is nearly always chosen.
                scores[id] = (spellings.end(id) - spellings.start(id)) * most - 0.1f;
            }
        }
        return Unigram.ofSentencePiece(spellings, scores, least, unknown, byteFallback, excluded);
    }
}
