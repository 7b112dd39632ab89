package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Hugging Face's library with a vocabulary of only the 256 bytes, or of them and whole pieces: the ids show the result
 * of its normalizers and pre-tokenizers.
 */
final class ByteLibrary implements AutoCloseable {
    private final HuggingFace library;

    private ByteLibrary(HuggingFace library) {
        this.library = library;
    }

    /**
     * @param normalizer as in tokenizer.json
     * @param preTokenizers objects, each followed by a comma, before ByteLevel
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

    /** A Split that removes the matches of an expression. */
    static String removing(String expression) {
        return "{\"type\":\"Split\",\"pattern\":{\"Regex\":" + quoted(expression)
                + "},\"behavior\":\"Removed\",\"invert\":false},";
    }

    /** The rest of a text. */
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
