package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import orrery.token.split.SplitException;

/**
 * Reads Mistral's tekken.json: byte-level BPE as in tiktoken, in which a token's rank is its place in the file. The ids
 * of the special tokens come first, so a token's id is its rank plus their number. Source: mistral-common 1.13
 * ({@code tokens/tokenizers/tekken.py}).
 */
final class TekkenFile {
    /** The special tokens of files that do not list them, up to version v7. */
    private static final List<String> UNLISTED = List.of(
            "<unk>",
            "<s>",
            "</s>",
            "[INST]",
            "[/INST]",
            "[AVAILABLE_TOOLS]",
            "[/AVAILABLE_TOOLS]",
            "[TOOL_RESULTS]",
            "[/TOOL_RESULTS]",
            "[TOOL_CALLS]",
            "[IMG]",
            "<pad>",
            "[IMG_BREAK]",
            "[IMG_END]",
            "[PREFIX]",
            "[MIDDLE]",
            "[SUFFIX]",
            "[SYSTEM_PROMPT]",
            "[/SYSTEM_PROMPT]",
            "[TOOL_CONTENT]");

    private static final String BEGIN = "<s>";
    private static final String END = "</s>";

    private final JsonReader json;
    private final List<byte[]> ranked = new ArrayList<>();
    private List<String> special = UNLISTED;
    private Optional<JsonObject> config = Optional.empty();

    private TekkenFile(byte[] bytes) {
        json = new JsonReader(bytes);
    }

    /** @throws TokenizerException naming the file and the place in it, if it is malformed */
    static TokenizerFacts parse(byte[] bytes, String where) {
        try {
            return new TekkenFile(bytes).facts(where);
        } catch (JsonReader.Malformed malformed) {
            throw new TokenizerException(where + " is not valid JSON: " + malformed.getMessage(), malformed);
        } catch (TokenizerException | SplitException wrong) {
            throw new TokenizerException(where + ": " + wrong.getMessage(), wrong);
        }
    }

    private TokenizerFacts facts(String where) {
        json.require('{');
        for (boolean first = true; json.member(first); first = false) {
            switch (json.lastText()) {
                case "config" -> config = Optional.of(json.object("config"));
                case "vocab" -> vocabulary();
                case "special_tokens" -> special = json.takeNull() ? special : specialTokens();
                // Image and audio settings belong to multimodal models; the others describe how prompts are written.
                default -> json.skip();
            }
        }
        JsonObject settings = config.orElseThrow(() -> new TokenizerException("config is missing"));
        long size = settings.integer("default_vocab_size");
        long specials = settings.integer("default_num_special_tokens");
        if (specials < special.size() || size <= specials || size - specials > ranked.size()) {
            throw new TokenizerException("config wants " + size + " tokens, " + specials
                    + " of them special, but vocab has " + ranked.size() + " and special_tokens " + special.size());
        }
        return facts(where, settings.string("pattern"), (int) specials, (int) (size - specials));
    }

    private TokenizerFacts facts(String where, String pattern, int specials, int count) {
        var spellings = new Spellings();
        var mergeable = new BitSet();
        var ranks = new int[specials + count];
        for (int rank = 0; rank < count; rank++) {
            byte[] spelled = ByteAlphabet.spelled(ranked.get(rank)).getBytes(UTF_8);
            spellings.add(specials + rank, spelled, 0, spelled.length);
            ranks[specials + rank] = rank;
        }
        mergeable.set(specials, specials + count);
        List<AddedToken> added = new ArrayList<>();
        for (int id = 0; id < specials; id++) {
            added.add(new AddedToken(id, id < special.size() ? special.get(id) : "<SPECIAL_" + id + ">", true));
        }
        int begin = special.indexOf(BEGIN);
        return new TokenizerFacts(
                where,
                new Vocabulary(spellings.complete(), added),
                List.of(),
                List.of(PreTokenizer.Split.isolated(pattern), new PreTokenizer.ByteLevel(false, false)),
                new Bpe(
                        spellings,
                        new ScoredMerges(spellings, mergeable, ranks, ScoredMerges.Ties.LEFTMOST),
                        new Bpe.Symbols(true, false, "", OptionalInt.empty(), false, true)),
                begin < 0 ? PostProcessor.NOTHING : new PostProcessor(new int[] {begin, PostProcessor.TEXT}),
                new PieceDecoder(List.of(new PieceDecoder.Step.ByteLevel()), PieceDecoder.Strip.NOTHING, true),
                Roles.of(begin, special.indexOf(END)));
    }

    /** {@code {"rank": 300, "token_bytes": "INA=", "token_str": null}}, in the order of ranks. */
    private void vocabulary() {
        json.require('[');
        while (json.element(ranked.isEmpty())) {
            int rank = -1;
            byte[] bytes = {};
            json.require('{');
            for (boolean first = true; json.member(first); first = false) {
                switch (json.lastText()) {
                    case "rank" -> rank = json.index();
                    case "token_bytes" -> bytes = decoded(json.text());
                    default -> json.skip();
                }
            }
            if (rank != ranked.size() || bytes.length == 0) {
                throw new TokenizerException("vocab[" + ranked.size() + "] has the rank " + rank + " and "
                        + bytes.length + " bytes, expected the rank " + ranked.size() + " and at least one byte");
            }
            if (rank < 256 && (bytes.length != 1 || (bytes[0] & 0xFF) != rank)) {
                throw new TokenizerException("vocab[" + rank + "] is not the byte " + rank
                        + ", expected the 256 bytes before all other tokens");
            }
            ranked.add(bytes);
        }
    }

    private byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException malformed) {
            throw new TokenizerException(
                    "vocab[" + ranked.size() + "].token_bytes is not base64: " + malformed.getMessage(), malformed);
        }
    }

    private List<String> specialTokens() {
        List<String> tokens = new ArrayList<>();
        json.require('[');
        while (json.element(tokens.isEmpty())) {
            JsonObject token = json.object("special_tokens[" + tokens.size() + "]");
            if (token.integer("rank") != tokens.size()
                    || token.string("token_str").isEmpty()) {
                throw new TokenizerException(token.where() + " has the rank " + token.integer("rank") + ", expected "
                        + tokens.size() + " and a text");
            }
            tokens.add(token.string("token_str"));
        }
        return tokens;
    }
}
