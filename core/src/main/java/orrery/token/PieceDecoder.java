package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/**
 * Converts a token's spelling to its bytes, with the decoder of tokenizer.json. The kinds and their meaning are those
 * of Hugging Face's library (tokenizers 0.21).
 *
 * @param steps applied to each token, in this order
 * @param strip what is removed at the beginning of a whole decoded text: the space that SentencePiece added
 * @param addedAsWritten whether added tokens are literal text and skip the steps. The library applies the steps, which
 *     makes the added token "ü" of DeepSeek LLM half a character; llama.cpp leaves added tokens unchanged
 */
record PieceDecoder(List<Step> steps, Strip strip, boolean addedAsWritten) {
    static final String KNOWN = "ByteLevel, ByteFallback, Replace, Fuse, Strip, Metaspace, BPEDecoder and Sequence";

    sealed interface Step {
        record Replace(String pattern, String content) implements Step {}

        /** @param drops whether the first token of a text loses its ▁ instead of getting a space for it */
        record Metaspace(String replacement, boolean drops) implements Step {}

        /** {@code <0xE2>} stands for one byte. */
        record ByteFallback() implements Step {}

        /** Each character stands for one byte, in GPT-2's alphabet of printable characters. */
        record ByteLevel() implements Step {}

        /** The suffix ends a word: it becomes a space, except at the end of the text. */
        record WordEnd(String suffix) implements Step {}
    }

    /** Removes up to {@code count} characters of that kind from the beginning of a text. */
    record Strip(int codePoint, long count) {
        static final Strip NOTHING = new Strip(0, 0);
    }

    static PieceDecoder of(JsonObject json) {
        List<Step> steps = new ArrayList<>();
        Strip strip = Strip.NOTHING;
        boolean fused = false;
        for (JsonObject each : flat(json, new ArrayList<>())) {
            String type = each.string("type");
            if (fused && !type.equals("Fuse") && !type.equals("Strip")) {
                throw unknown(each, type + " after the tokens were joined");
            }
            switch (type) {
                case "Fuse" -> fused = true;
                case "ByteLevel" -> {
                    steps.add(new Step.ByteLevel());
                    fused = true;
                }
                case "ByteFallback" -> steps.add(new Step.ByteFallback());
                case "Replace" -> {
                    String pattern = each.object("pattern")
                            .flatMap(it -> it.optionalString("String"))
                            .filter(it -> !it.isEmpty())
                            .orElseThrow(() -> unknown(each, "Replace with a pattern that is not a plain string"));
                    steps.add(new Step.Replace(pattern, each.string("content")));
                }
                case "Metaspace" -> steps.add(new Step.Metaspace(character(each, "replacement"), drops(each)));
                case "BPEDecoder" -> {
                    String suffix = each.string("suffix");
                    if (suffix.isEmpty()) {
                        throw unknown(each, "BPEDecoder with an empty suffix");
                    }
                    steps.add(new Step.WordEnd(suffix));
                    fused = true;
                }
                case "Strip" -> {
                    if (!fused
                            || each.integer("stop") != 0
                            || each.integer("start") < 0
                            || !strip.equals(Strip.NOTHING)) {
                        throw unknown(each, "Strip that is not once, at the beginning of the joined text");
                    }
                    strip = new Strip(character(each, "content").codePointAt(0), each.integer("start"));
                }
                default -> throw unknown(each, "the type " + type);
            }
        }
        return new PieceDecoder(List.copyOf(steps), strip, false);
    }

    private static List<JsonObject> flat(JsonObject json, List<JsonObject> into) {
        if (json.string("type").equals("Sequence")) {
            json.objects("decoders").forEach(each -> flat(each, into));
        } else {
            into.add(json);
        }
        return into;
    }

    private static boolean drops(JsonObject json) {
        return json.optionalString("prepend_scheme")
                .map(scheme -> !scheme.equals("never"))
                .orElseGet(() -> json.flag("add_prefix_space", true));
    }

    private static String character(JsonObject json, String name) {
        String text = json.string(name);
        if (text.codePointCount(0, text.length()) != 1) {
            throw new TokenizerException(json.where() + "." + name + " must be one character, but is \"" + text + "\"");
        }
        return text;
    }

    private static TokenizerException unknown(JsonObject json, String what) {
        return new TokenizerException(json.where() + " is an unknown decoder: " + what + "; known are " + KNOWN);
    }

    /** @param first whether it is the first token of the text */
    byte[] bytes(Vocabulary vocabulary, int id, boolean first) {
        String text = vocabulary.piece(id);
        if (addedAsWritten && vocabulary.isAdded(id)) {
            return text.getBytes(UTF_8);
        }
        for (Step step : steps) {
            switch (step) {
                case Step.Replace(String pattern, String content) -> text = text.replace(pattern, content);
                case Step.Metaspace(String replacement, boolean drops) ->
                    text = text.replace(replacement, first && drops ? "" : " ");
                case Step.WordEnd(String suffix) -> text = text.replace(suffix, " ");
                case Step.ByteFallback() -> {
                    if (ByteAlphabet.isByteToken(text)) {
                        return new byte[] {(byte) Integer.parseInt(text, 3, 5, 16)};
                    }
                }
                case Step.ByteLevel() -> {
                    return ByteAlphabet.bytesOf(text);
                }
            }
        }
        return text.getBytes(UTF_8);
    }

    /** Whether the last byte of the piece is a space only if another token follows. */
    boolean endsWord(String piece) {
        return steps.stream().anyMatch(step -> step instanceof Step.WordEnd(String suffix) && piece.endsWith(suffix));
    }
}
