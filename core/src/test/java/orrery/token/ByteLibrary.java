package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Hugging Face's library with a vocabulary of the 256 bytes alone, or of them and whole pieces: what its normalizers
 * and pre-tokenizers make of a text can be read off the ids.
 */
final class ByteLibrary implements AutoCloseable {
    private final HuggingFace library;

    private ByteLibrary(HuggingFace library) {
        this.library = library;
    }

    /**
     * @param normalizer as tokenizer.json has it
     * @param preTokenizers objects with a comma behind each, before ByteLevel
     */
    static ByteLibrary with(String normalizer, String preTokenizers) {
        return new ByteLibrary(new HuggingFace(json(normalizer, preTokenizers)));
    }

    /** A whole tokenizer.json. */
    static String json(String normalizer, String preTokenizers) {
        String vocabulary = IntStream.range(0, 256)
                .mapToObj(value -> quoted(Character.toString(ByteAlphabet.characterOf(value))) + ":" + value)
                .collect(Collectors.joining(","));
        String bytes = "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":false}";
        return "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[],\"normalizer\":"
                + normalizer
                + ",\"pre_tokenizer\":{\"type\":\"Sequence\",\"pretokenizers\":[" + preTokenizers + bytes
                + "]},\"post_processor\":null,\"decoder\":" + bytes
                + ",\"model\":{\"type\":\"BPE\",\"dropout\":null,\"unk_token\":null,\"continuing_subword_prefix\":null,"
                + "\"end_of_word_suffix\":null,\"fuse_unk\":false,\"byte_fallback\":false,\"vocab\":{" + vocabulary
                + "},\"merges\":[]}}";
    }

    /** A Split that leaves out what an expression matches. */
    static String removing(String expression) {
        return "{\"type\":\"Split\",\"pattern\":{\"Regex\":" + quoted(expression)
                + "},\"behavior\":\"Removed\",\"invert\":false},";
    }

    /** What is left of a text. */
    String text(String text) {
        int[] ids = library.encode(text);
        var bytes = new byte[ids.length];
        for (int i = 0; i < ids.length; i++) {
            bytes[i] = (byte) ids[i];
        }
        return new String(bytes, UTF_8);
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    @Override
    public void close() {
        library.close();
    }
}
