package orrery.token;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import orrery.format.Metadata;
import orrery.format.PackedTexts;

/**
 * The tokens of a GGUF file and its special tokens. Source of the keys: the GGUF specification in
 * github.com/ggml-org/ggml, {@code docs/gguf.md}.
 *
 * @param file its metadata
 * @param tokens by id, as the file spells them
 * @param kinds by id; not to be changed
 * @param spaced whether user-defined tokens of SentencePiece have spaces instead of ▁, as converters write them
 */
record GgufVocabulary(Metadata file, PackedTexts tokens, Kind[] kinds, boolean spaced) {
    static final String KEYS = "tokenizer.ggml.";
    static final String TOKENS = KEYS + "tokens";
    private static final String KINDS = KEYS + "token_type";

    /** In the order of their numbers in a file ({@code llama_token_type}). */
    enum Kind {
        UNDEFINED,
        NORMAL,
        UNKNOWN,
        CONTROL,
        USER_DEFINED,
        UNUSED,
        BYTE;

        private static final Kind[] ALL = values();

        /** Tokens that templates may write and users may not: matched in texts, and skipped by decoding. */
        boolean special() {
            return this == CONTROL || this == UNKNOWN;
        }

        /** Matched in texts before any merge. */
        boolean added() {
            return special() || this == USER_DEFINED;
        }

        /** Possible results of merges. */
        boolean merges() {
            return this == NORMAL || this == UNDEFINED || this == USER_DEFINED || this == UNUSED;
        }
    }

    /**
     * @throws TokenizerException if there are no tokens, not as many types, or an unknown type
     * @throws orrery.format.FormatException if a value is missing or has the wrong type
     */
    static GgufVocabulary of(Metadata file) {
        PackedTexts tokens = file.packedTexts(TOKENS);
        if (tokens.isEmpty()) {
            throw wrong(file, TOKENS + " is an empty list, expected a text for every token");
        }
        Kind[] kinds = file.has(KINDS) ? kinds(file, tokens.size()) : assumed(file, tokens);
        return new GgufVocabulary(file, tokens, kinds, false);
    }

    private static Kind[] kinds(Metadata file, int count) {
        int[] numbers = file.integerArray(KINDS);
        requireEach(file, KINDS, numbers.length, count);
        var kinds = new Kind[count];
        for (int id = 0; id < count; id++) {
            if (numbers[id] < 0 || numbers[id] >= Kind.ALL.length) {
                throw wrong(
                        file, KINDS + "[" + id + "] is " + numbers[id] + ", expected 0 to " + (Kind.ALL.length - 1));
            }
            kinds[id] = Kind.ALL[numbers[id]];
        }
        return kinds;
    }

    /** If the file has no types, special tokens become control tokens, and spellings of bytes become bytes. */
    private static Kind[] assumed(Metadata file, PackedTexts tokens) {
        Kind[] kinds = tokens.stream()
                .map(token -> ByteAlphabet.isByteToken(token) ? Kind.BYTE : Kind.NORMAL)
                .toArray(Kind[]::new);
        GgufVocabulary plain = new GgufVocabulary(file, tokens, kinds, false);
        Stream.of("bos", "eos", "eot", "eom", "padding")
                .flatMapToInt(role -> plain.id(role).stream())
                .forEach(id -> kinds[id] = Kind.CONTROL);
        plain.id("unknown").ifPresent(id -> kinds[id] = Kind.UNKNOWN);
        return kinds;
    }

    /** Checks that a list has an entry for each token. */
    static void requireEach(Metadata file, String key, int entries, int tokens) {
        if (entries != tokens) {
            throw wrong(
                    file,
                    key + " has " + entries + " entries, " + TOKENS + " has " + tokens
                            + ", expected one for each token");
        }
    }

    /**
     * The token with a role: {@code bos}, {@code eos}, {@code eot}, {@code eom}, {@code unknown}, {@code padding} and
     * so on. An id without a token counts as absent: {@link SpecialIds} reports it.
     */
    OptionalInt id(String role) {
        String key = KEYS + role + SpecialIds.SUFFIX;
        long id = file.has(key) ? file.longInteger(key) : -1;
        return id >= 0 && id < tokens.size() ? OptionalInt.of((int) id) : OptionalInt.empty();
    }

    /** The text of the token with a role. */
    Optional<String> text(String role) {
        return id(role).stream().mapToObj(tokens::get).findFirst();
    }

    /** The first token of a type. */
    OptionalInt first(Kind kind) {
        int id = Arrays.asList(kinds).indexOf(kind);
        return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** Every token that is matched in texts literally; tokens without a text cannot be. */
    List<AddedToken> added() {
        List<AddedToken> added = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        for (int id = 0; id < kinds.length; id++) {
            String token = kinds[id].added() ? text(id) : "";
            if (!token.isEmpty()) {
                Integer earlier = seen.put(token, id);
                if (earlier != null) {
                    throw wrong(TOKENS + " has " + quoted(token) + " as " + earlier + " and as " + id + ", "
                            + kinds[earlier] + " and " + kinds[id] + ", expected it once");
                }
                added.add(new AddedToken(id, token, kinds[id].special()));
            }
        }
        return added;
    }

    /**
     * The tokens by their text (of several with the same text, the last one), and the added tokens, which take
     * precedence.
     */
    Vocabulary vocabulary() {
        var spellings = new Spellings();
        byte[] bytes = tokens.bytes();
        int count = kinds.length;
        for (int id = 0; id < count; id++) {
            if (spaced && kinds[id] == Kind.USER_DEFINED) {
                spellings.add(id, text(id));
            } else {
                spellings.add(id, bytes, tokens.start(id), tokens.end(id));
            }
        }
        return new Vocabulary(spellings.complete(), added());
    }

    /** The same with SentencePiece's spelling of user-defined tokens. */
    GgufVocabulary ofSentencePiece() {
        return new GgufVocabulary(file, tokens, kinds, true);
    }

    private String text(int id) {
        String text = tokens.get(id);
        return spaced && kinds[id] == Kind.USER_DEFINED ? text.replace(' ', '▁') : text;
    }

    TokenizerException wrong(String what) {
        return wrong(file, what);
    }

    static TokenizerException wrong(Metadata file, String what) {
        return new TokenizerException(file.origin() + ": " + what);
    }

    /** A token for messages: without control characters, and not longer than a line. */
    static String quoted(String token) {
        StringBuilder clean = new StringBuilder();
        token.codePoints()
                .limit(60)
                .forEach(point -> clean.appendCodePoint(Character.isISOControl(point) ? '\uFFFD' : point));
        return "\"" + clean + (clean.length() < token.length() ? "…" : "") + "\"";
    }
}
