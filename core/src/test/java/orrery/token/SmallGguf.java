package orrery.token;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import orrery.format.Metadata;

/**
 * The tokenizer keys of a GGUF file's metadata, small enough to read in a test; any value can be changed before it is
 * read.
 */
final class SmallGguf {
    static final int NORMAL = 1;
    static final int UNKNOWN = 2;
    static final int CONTROL = 3;
    static final int USER_DEFINED = 4;
    static final int UNUSED = 5;
    static final int BYTE = 6;

    final Map<String, Object> values = new LinkedHashMap<>();
    final List<String> tokens = new ArrayList<>();
    final List<Integer> kinds = new ArrayList<>();
    final List<Double> scores = new ArrayList<>();
    final List<String> merges = new ArrayList<>();

    private SmallGguf(String model) {
        with("model", model);
        with("tokens", tokens);
        with("token_type", kinds);
    }

    /** Like Llama 3: 256 bytes, a few words, control tokens at the end. */
    static SmallGguf byteLevel(String pre) {
        var file = new SmallGguf("gpt2").with("pre", pre);
        IntStream.range(0, 256).mapToObj(SmallGguf::alphabet).forEach(file::add);
        file.with("merges", file.merges);
        for (String merge : List.of("h e", "l l", "he ll", "hell o", "Ġ hello", "Ġ w", "1 1", "11 1", "111 1", "Ã ©")) {
            file.merge(merge);
        }
        file.add("<|begin|>", CONTROL);
        file.with("bos_token_id", file.tokens.size() - 1);
        file.add("<|end|>", CONTROL);
        file.with("eos_token_id", file.tokens.size() - 1);
        file.add("</think>", USER_DEFINED);
        return file;
    }

    /** Like Llama 2: scores that fall from piece to piece, and bytes. */
    static SmallGguf sentencePiece() {
        var file = new SmallGguf("llama");
        file.with("scores", file.scores);
        file.add("<unk>", UNKNOWN).add("<s>", CONTROL).add("</s>", CONTROL);
        IntStream.range(0, 256).forEach(value -> file.add(String.format("<0x%02X>", value), BYTE));
        for (String piece : "o▁ ▁t he ll ▁the hell ▁hell hello ▁hello ▁▁ ▁▁▁▁ ▁w".split(" ", -1)) {
            file.add(piece);
        }
        "▁thelowrd日本".codePoints().mapToObj(Character::toString).forEach(file::add);
        return file.with("bos_token_id", 1).with("eos_token_id", 2).with("unknown_token_id", 0);
    }

    SmallGguf with(String key, Object value) {
        values.put(key.contains(".") ? key : "tokenizer.ggml." + key, value);
        return this;
    }

    SmallGguf without(String key) {
        values.remove("tokenizer.ggml." + key);
        return this;
    }

    SmallGguf add(String token) {
        return add(token, NORMAL);
    }

    /** The next token; each has a lower score than the one before. */
    SmallGguf add(String token, int kind) {
        tokens.add(token);
        kinds.add(kind);
        scores.add(-1.0 * tokens.size());
        return this;
    }

    /** A merge, and the token that it produces. */
    SmallGguf merge(String merge) {
        merges.add(merge);
        return add(merge.replace(" ", ""));
    }

    SmallGguf token(int id, String token) {
        tokens.set(id, token);
        return this;
    }

    SmallGguf kind(int id, int kind) {
        kinds.set(id, kind);
        return this;
    }

    SmallGguf merge(int index, String merge) {
        merges.set(index, merge);
        return this;
    }

    int id(String token) {
        return tokens.indexOf(token);
    }

    Metadata metadata() {
        return Metadata.of("small.gguf", values);
    }

    Tokenizer tokenizer() {
        return Tokenizer.of(metadata());
    }

    static String alphabet(int value) {
        boolean printable = isPrintable(value);
        int below = (int)
                IntStream.range(0, value).filter(each -> !isPrintable(each)).count();
        return Character.toString(printable ? value : 256 + below);
    }

    private static boolean isPrintable(int value) {
        return (value >= 33 && value <= 126) || (value >= 161 && value != 173);
    }
}
