package orrery.token;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedSet;
import java.util.stream.IntStream;
import orrery.format.GgufMetadata;
import orrery.token.GgufVocabulary.Kind;

/**
 * Writes a tokenizer.json, and the files next to it, as metadata of a GGUF file: tokens with their types, merges, the
 * ids of special tokens, and the chat templates. {@link Tokenizer#of} reads them. Source of the keys: the GGUF
 * specification in github.com/ggml-org/ggml, {@code docs/gguf.md}.
 */
public final class GgufTokenizerKeys {
    private static final String TEMPLATE = "tokenizer.chat_template";

    private final TokenizerFacts facts;
    private final Bpe model;
    private final TokenizerStyle style;
    private final GgufMetadata keys;
    private final List<String> notes = new ArrayList<>();

    private GgufTokenizerKeys(TokenizerFacts facts, GgufMetadata keys) {
        this.facts = facts;
        this.keys = keys;
        style = TokenizerStyle.of(facts);
        model = (Bpe) facts.model();
    }

    /**
     * Adds the keys of a model directory's tokenizer.
     *
     * @param rows rows of the model's embedding: as many tokens are written; those that the tokenizer lacks are unused
     * @param ends the tokens that end an answer, the most important first; a GGUF file has room for three
     * @return in words, what another program may read differently
     * @throws TokenizerException if there is no tokenizer.json, or a GGUF file cannot express it
     */
    public static List<String> put(GgufMetadata keys, Path directory, int rows, SequencedSet<Integer> ends) {
        var tokenizer = Tokenizer.read(directory);
        var writing = new GgufTokenizerKeys(tokenizer.facts(), keys);
        writing.vocabulary(tokenizer, rows);
        writing.around(tokenizer);
        writing.ends(tokenizer, rows, ends);
        writing.templates(new ChatTemplateFiles(directory), tokenizer);
        return List.copyOf(writing.notes);
    }

    private static String key(String name) {
        return GgufVocabulary.KEYS + name;
    }

    private void vocabulary(Tokenizer tokenizer, int rows) {
        if (tokenizer.vocabularySize() > rows) {
            throw new TokenizerException(facts.origin() + " has " + tokenizer.vocabularySize()
                    + " tokens, but the model has embeddings for " + rows);
        }
        var tokens = new ArrayList<String>();
        var kinds = new int[rows];
        for (int id = 0; id < rows; id++) {
            String token = tokenizer.tokenOf(id);
            tokens.add(token.isEmpty() ? "[PAD" + id + "]" : token);
            kinds[id] = (token.isEmpty() ? Kind.UNUSED : Kind.NORMAL).ordinal();
        }
        facts.vocabulary()
                .added()
                .forEach(token -> kinds[token.id()] = (token.special() ? Kind.CONTROL : Kind.USER_DEFINED).ordinal());
        var written = new ArrayList<>(tokens);
        switch (style) {
            case TokenizerStyle.ByteLevel(var pre) ->
                keys.text(key("model"), "gpt2").text(key("pre"), pre);
            case TokenizerStyle.SentencePiece(var spaceBefore, var sparing) -> {
                if (sparing) {
                    notes.add(
                            "the tokenizer puts a space before a text that begins with none; programs that read GGUF put one before"
                                    + " every text, and after special tokens");
                }
                keys.text(key("model"), "llama")
                        .text(key("pre"), NamedPreTokenizer.DEFAULT)
                        .flag(key("add_space_prefix"), spaceBefore);
                for (int id = 0; id < rows; id++) {
                    if (ByteAlphabet.isByteToken(tokens.get(id))) {
                        kinds[id] = Kind.BYTE.ordinal();
                    }
                    if (kinds[id] == Kind.USER_DEFINED.ordinal()) {
                        written.set(id, tokens.get(id).replace(TokenizerStyle.SPACE, " "));
                    }
                }
                model.symbols().unknown().ifPresent(id -> kinds[id] = Kind.UNKNOWN.ordinal());
                keys.decimals(key("scores"), scores(tokens));
            }
        }
        keys.texts(key("tokens"), written).integers(key("token_type"), kinds);
        merges().ifPresent(merges -> keys.texts(
                key("merges"),
                IntStream.range(0, merges.left().length)
                        .mapToObj(rank -> tokens.get(merges.left()[rank]) + " " + tokens.get(merges.right()[rank]))
                        .toList()));
    }

    /** Empty if the scores contain everything. */
    private Optional<ListedMerges> merges() {
        return switch (model.merges()) {
            case ListedMerges listed -> Optional.of(listed);
            case ScoredMerges scored -> model.symbols().bytes() ? Optional.of(scored.listed()) : Optional.empty();
        };
    }

    /**
     * SentencePiece merges the two neighbours whose result has the best score, whereas a tokenizer.json lists the
     * merges in order. Tokens that the list makes first get the best scores. If the list omits some ways to make a
     * token, a program that only uses scores may take them.
     */
    private float[] scores(List<String> tokens) {
        var scores = new float[tokens.size()];
        if (model.merges() instanceof ScoredMerges scored) {
            scored.mergeable().stream().forEach(id -> scores[id] = -scored.ranks()[id]);
            return scores;
        }
        int[] whole = merges().orElseThrow().whole();
        for (int rank = whole.length - 1; rank >= 0; rank--) {
            scores[whole[rank]] = -rank;
        }
        long ways = IntStream.of(whole)
                .distinct()
                .mapToLong(id -> ways(tokens.get(id)))
                .sum();
        if (ways != whole.length) {
            notes.add("the tokenizer lists " + whole.length + " of " + ways
                    + " ways to join two tokens; a program that reads the scores and not the list may split rare words"
                    + " otherwise");
        }
        return scores;
    }

    private long ways(String token) {
        Spellings spellings = facts.vocabulary().spellings();
        long ways = 0;
        for (int cut = token.offsetByCodePoints(0, 1); cut < token.length(); cut = token.offsetByCodePoints(cut, 1)) {
            boolean both = spellings.find(token.substring(0, cut)) != Spellings.NONE
                    && spellings.find(token.substring(cut)) != Spellings.NONE;
            ways += both ? 1 : 0;
        }
        return ways;
    }

    /**
     * What the post-processor adds to a text, found by encoding one: a file can only express one token at the beginning
     * and one at the end.
     */
    private void around(Tokenizer tokenizer) {
        int[] plain = tokenizer.encode("a");
        int[] whole = tokenizer.encodeWithSpecialTokens("a");
        int at = Collections.indexOfSubList(boxed(whole), boxed(plain));
        int after = whole.length - plain.length - at;
        if (at < 0 || at > 1 || after > 1) {
            throw new TokenizerException(facts.origin() + " makes " + Arrays.toString(whole) + " of a text that is "
                    + Arrays.toString(plain) + ", expected at most one token before it and one after it");
        }
        role("bos", at == 1 ? OptionalInt.of(whole[0]) : tokenizer.beginOfSequence());
        keys.flag(key("add_bos_token"), at == 1);
        keys.flag(key("add_eos_token"), after == 1);
        if (after == 1) {
            role("eos", OptionalInt.of(whole[whole.length - 1]));
        }
    }

    private static List<Integer> boxed(int... ids) {
        return Arrays.stream(ids).boxed().toList();
    }

    private void role(String role, OptionalInt id) {
        id.ifPresent(token -> keys.count(key(role + "_token_id"), token));
    }

    /** The tokenizer's own end token keeps that role; the others get the remaining roles. */
    private void ends(Tokenizer tokenizer, int rows, SequencedSet<Integer> ends) {
        var left = new ArrayList<>(ends);
        left.removeIf(id -> id < 0 || id >= rows);
        if (left.size() < ends.size()) {
            var strays = new ArrayList<>(ends);
            strays.removeAll(left);
            notes.add("stop tokens that the model, which has " + rows + ", lacks: " + strays
                    + "; the new file does not name them");
        }
        if (!keys.keys().contains(key("eos_token_id"))) {
            var own = tokenizer.endOfSequence();
            int first = own.isPresent() && (left.isEmpty() || left.contains(own.getAsInt()))
                    ? own.getAsInt()
                    : left.isEmpty() ? -1 : left.getFirst();
            if (first >= 0) {
                role("eos", OptionalInt.of(first));
                left.remove(Integer.valueOf(first));
            }
        }
        for (var role : List.of("eot", "eom")) {
            if (!left.isEmpty()) {
                int id = left.stream()
                        .filter(one -> role.equals("eom") == StopTokens.endsAMessage(tokenizer.tokenOf(one)))
                        .findFirst()
                        .orElse(left.getFirst());
                role(role, OptionalInt.of(id));
                left.remove(Integer.valueOf(id));
            }
        }
        if (!left.isEmpty()) {
            notes.add("tokens that end an answer and that a GGUF file has no room for: " + left);
        }
    }

    private void templates(ChatTemplateFiles files, Tokenizer tokenizer) {
        Map<String, String> special = files.specialTokens();
        Map.of("pad_token", "padding", "sep_token", "seperator", "cls_token", "cls", "mask_token", "mask")
                .forEach((variable, role) -> Optional.ofNullable(special.get(variable))
                        .flatMap(tokenizer::idOf)
                        .ifPresent(id -> role(role, OptionalInt.of(id))));
        role("unknown", model.symbols().unknown());
        var named = new ArrayList<String>();
        files.templates().forEach((name, source) -> {
            if (name.equals("default")) {
                keys.text(TEMPLATE, source);
            } else {
                named.add(name);
                keys.text(TEMPLATE + "." + name, source);
            }
        });
        if (!named.isEmpty()) {
            keys.texts("tokenizer.chat_templates", named);
        }
    }
}
