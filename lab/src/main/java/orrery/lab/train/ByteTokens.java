package orrery.lab.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orrery.format.JsonText;
import orrery.format.NewFile;
import orrery.format.SmallFile;

/**
 * Every byte is a token, whose id is its value. In files it is a byte-level BPE without merges, as GPT-2 spells bytes,
 * with a token {@code <|endoftext|>} of id 256 where the vocabulary has room for it.
 */
public record ByteTokens() implements TextTokens {
    private static final int BYTES = 256;
    private static final String END = "<|endoftext|>";

    @Override
    public int count() {
        return BYTES;
    }

    @Override
    public String name() {
        return "bytes";
    }

    /**
     * The ids of a text's tokens.
     *
     * @throws orrery.OrreryException if the file cannot be read
     */
    public int[] read(Path text) {
        var bytes = SmallFile.bytes(text);
        var ids = new int[bytes.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = bytes[i] & 0xFF;
        }
        return ids;
    }

    @Override
    public void complete(Map<String, Object> config, int vocabulary) {
        for (String role : List.of("bos_token_id", "eos_token_id", "pad_token_id")) {
            config.remove(role);
        }
        if (vocabulary > BYTES) {
            config.put("eos_token_id", BYTES);
        }
    }

    @Override
    public void write(Path directory, int vocabulary) {
        var added = new LinkedHashMap<String, Object>();
        added.put("id", BYTES);
        added.put("content", END);
        for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
            added.put(flag, false);
        }
        added.put("special", true);
        var whole = new LinkedHashMap<String, Object>();
        whole.put("version", "1.0");
        whole.put("added_tokens", vocabulary > BYTES ? List.of(added) : List.of());
        whole.put("pre_tokenizer", byteLevel());
        whole.put("decoder", byteLevel());
        whole.put("model", model());
        write(directory.resolve("tokenizer.json"), whole);
        var config = new LinkedHashMap<String, Object>();
        config.put("tokenizer_class", "PreTrainedTokenizerFast");
        if (vocabulary > BYTES) {
            config.put("eos_token", END);
        }
        write(directory.resolve("tokenizer_config.json"), config);
    }

    private static void write(Path file, Map<String, Object> object) {
        NewFile.write(file, JsonText.indented(object, JsonText.Doubles.FINITE));
    }

    private static Map<String, Object> byteLevel() {
        var part = new LinkedHashMap<String, Object>();
        part.put("type", "ByteLevel");
        part.put("add_prefix_space", false);
        part.put("trim_offsets", true);
        part.put("use_regex", true); // it changes nothing where nothing is merged, but has a name in GGUF
        return part;
    }

    private static Map<String, Object> model() {
        var vocabulary = new LinkedHashMap<String, Object>();
        for (int value = 0, beyond = BYTES; value < BYTES; value++) {
            // Bytes that are no visible characters of Latin-1 are spelled by characters after it.
            boolean visible = (value > ' ' && value <= '~') || (value >= 0xA1 && value != 0xAD);
            vocabulary.put(Character.toString(visible ? value : beyond++), value);
        }
        var model = new LinkedHashMap<String, Object>();
        model.put("type", "BPE");
        model.put("byte_fallback", false);
        model.put("ignore_merges", false);
        model.put("vocab", vocabulary);
        model.put("merges", List.of());
        return model;
    }
}
