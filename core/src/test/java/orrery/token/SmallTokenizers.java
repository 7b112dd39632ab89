package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tokenizer files of each supported kind, small enough to read in a test. */
enum SmallTokenizers {
    /** Like Llama 3: byte-level BPE, added tokens after the vocabulary, words of the vocabulary taken whole. */
    BYTE_LEVEL {
        @Override
        String json() {
            String byteLevel =
                    "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":false}";
            return byteLevel(
                    "null",
                    "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Split\",\"pattern\":{\"Regex\":\" ?\\\\p{L}+|\\\\s+|"
                            + "[^\\\\s\\\\p{L}]+\"},\"behavior\":\"Isolated\",\"invert\":false}," + byteLevel + "]}",
                    "");
        }
    },

    /** Like Llama 2: a space is prepended and stripped again; one merge produces a control token. */
    PREPENDED {
        @Override
        String json() {
            SequencedSet<String> pieces = sentencePieces();
            List<String[]> merges = merges(pieces, "▁t ▁th ▁the he ell hell hello ▁hello </ </s s> 日本");
            merges.add(new String[] {"</s", ">"});
            merges.add(new String[] {"<", "s>"});
            String decoders = "{\"type\":\"Replace\",\"pattern\":{\"String\":\"▁\"},\"content\":\" \"},{\"type\":"
                    + "\"ByteFallback\"},{\"type\":\"Fuse\"},{\"type\":\"Strip\",\"content\":\" \",\"start\":1,\"stop\":0}";
            return file(
                    controls(),
                    "{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"Prepend\",\"prepend\":\"▁\"},{\"type\":\"Replace\","
                            + "\"pattern\":{\"String\":\" \"},\"content\":\"▁\"}]}",
                    "null",
                    "null",
                    "{\"type\":\"Sequence\",\"decoders\":[" + decoders + "]}",
                    bpe(pieces, merges, "\"byte_fallback\":true,\"fuse_unk\":true,\"unk_token\":\"<unk>\""));
        }
    },

    /** Like newer Llama 2 files: Metaspace prepends the space to the first word only. */
    METASPACE {
        @Override
        String json() {
            SequencedSet<String> pieces = sentencePieces();
            List<String[]> merges = merges(pieces, "▁t ▁th ▁the he ell hell hello ▁hello");
            String metaspace =
                    "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"first\",\"split\":false}";
            return file(
                    controls(),
                    "null",
                    metaspace,
                    "null",
                    metaspace,
                    bpe(pieces, merges, "\"byte_fallback\":false,\"fuse_unk\":true,\"unk_token\":\"<unk>\""));
        }
    },

    /** A Unigram vocabulary, in which a control token is a piece like others and the best split of its own text. */
    UNIGRAM {
        @Override
        String json() {
            SequencedSet<String> pieces = sentencePieces();
            merges(pieces, "▁the hello");
            String metaspace =
                    "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"always\",\"split\":true}";
            String vocabulary = pieces.stream()
                    .map(piece -> "[" + quoted(piece) + "," + (piece.length() > 1 ? "-1.5" : "-3.0") + "]")
                    .collect(Collectors.joining(","));
            return file(
                    controls(),
                    "null",
                    metaspace,
                    "null",
                    metaspace,
                    "{\"type\":\"Unigram\",\"unk_id\":0,\"byte_fallback\":false,\"vocab\":[" + vocabulary + "]}");
        }
    },

    /** Like GPT-1: words end with a suffix, and characters outside the vocabulary are unknown. */
    WORD_END {
        @Override
        String json() {
            SequencedSet<String> pieces = new LinkedHashSet<>(List.of("<unk>"));
            "abcdehlotw,.<>s".chars().forEach(letter -> {
                pieces.add(Character.toString(letter));
                pieces.add(Character.toString(letter) + "</w>");
            });
            List<String[]> merges = new ArrayList<>();
            for (String[] merge :
                    new String[][] {{"h", "e</w>"}, {"t", "he</w>"}, {"h", "e"}, {"l", "l"}, {"ll", "o</w>"}}) {
                pieces.add(merge[0] + merge[1]);
                merges.add(merge);
            }
            return file(
                    added(0, "<unk>", true),
                    "{\"type\":\"BertNormalizer\",\"clean_text\":true,\"handle_chinese_chars\":true,\"strip_accents\":true,"
                            + "\"lowercase\":true}",
                    "{\"type\":\"BertPreTokenizer\"}",
                    "null",
                    "{\"type\":\"BPEDecoder\",\"suffix\":\"</w>\"}",
                    bpe(
                            pieces,
                            merges,
                            "\"unk_token\":\"<unk>\",\"continuing_subword_prefix\":\"\",\"end_of_word_suffix\":\"</w>\""));
        }
    };

    abstract String json();

    /**
     * A byte-level tokenizer with parts of its own.
     *
     * @param moreAdded added tokens with a comma before each; {@code ID+1} is the second free id
     */
    static String byteLevel(String normalizer, String preTokenizer, String moreAdded) {
        SequencedSet<String> pieces = new LinkedHashSet<>();
        for (int value = 0; value < 256; value++) {
            pieces.add(alphabet(value));
        }
        // The vocabulary has a word with the spelling that a control token would have.
        List<String[]> merges = merges(pieces, "Ġt Ġth Ġthe he ell hell hello Ġw Ġwo ÃŃ æĹ æĹ¥ <| <|e Â½ ĠÂ th the");
        int end = pieces.size();
        String more = moreAdded;
        for (int i = 0; i < 20; i++) {
            more = more.replace("ID+" + i + ",", end + 4 + i + ",");
        }
        String added = added(end, "<|begin|>", true) + "," + added(end + 1, "<|end|>", true) + ","
                + added(end + 2, "</think>", false) + "," + added(end + 3, "<|eot|>", true) + more;
        String template = "{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"<|begin|>\","
                + "\"type_id\":0}},{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}],\"pair\":[{\"Sequence\":{\"id\":\"A\","
                + "\"type_id\":0}},{\"Sequence\":{\"id\":\"B\",\"type_id\":1}}],\"special_tokens\":{\"<|begin|>\":{\"id\":"
                + "\"<|begin|>\",\"ids\":[" + end + "],\"tokens\":[\"<|begin|>\"]}}}";
        String byteLevel =
                "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":false}";
        return file(
                added,
                normalizer,
                preTokenizer,
                "{\"type\":\"Sequence\",\"processors\":[" + byteLevel + "," + template + "]}",
                byteLevel,
                bpe(pieces, merges, "\"ignore_merges\":true,\"byte_fallback\":false,\"unk_token\":null"));
    }

    Tokenizer in(Path directory) {
        return write(directory, json());
    }

    static Tokenizer write(Path directory, String json) {
        try {
            Files.write(directory.resolve("tokenizer.json"), json.getBytes(UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return Tokenizer.read(directory);
    }

    private static SequencedSet<String> sentencePieces() {
        SequencedSet<String> pieces = new LinkedHashSet<>(List.of("<unk>", "<s>", "</s>"));
        IntStream.range(0, 256).forEach(value -> pieces.add(String.format("<0x%02X>", value)));
        "▁abcdehlotw,.<>/s日本\n".codePoints().forEach(letter -> pieces.add(Character.toString(letter)));
        return pieces;
    }

    private static String controls() {
        return added(0, "<unk>", true) + "," + added(1, "<s>", true) + "," + added(2, "</s>", true);
    }

    /** Adds each word to the pieces, with a merge of the longest piece before it and the rest. */
    private static List<String[]> merges(SequencedSet<String> pieces, String words) {
        List<String[]> merges = new ArrayList<>();
        for (String word : words.split(" ", -1)) {
            for (int cut = word.length() - 1; cut > 0; cut--) {
                if (pieces.contains(word.substring(0, cut)) && pieces.contains(word.substring(cut))) {
                    merges.add(new String[] {word.substring(0, cut), word.substring(cut)});
                    break;
                }
            }
            pieces.add(word);
        }
        return merges;
    }

    private static String file(String added, String normalizer, String pre, String post, String decoder, String model) {
        // Some released files contain truncation and padding; they are for training and must be ignored.
        return "{\"version\":\"1.0\",\"truncation\":{\"direction\":\"Right\",\"max_length\":3,\"strategy\":\"LongestFirst\","
                + "\"stride\":0},\"padding\":{\"strategy\":{\"Fixed\":9},\"direction\":\"Right\",\"pad_to_multiple_of\":null,"
                + "\"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"<unk>\"},\"added_tokens\":[" + added
                + "],\"normalizer\":"
                + normalizer + ",\"pre_tokenizer\":" + pre + ",\"post_processor\":" + post + ",\"decoder\":" + decoder
                + ",\"model\":" + model + "}";
    }

    private static String added(int id, String content, boolean special) {
        return "{\"id\":" + id + ",\"content\":" + quoted(content)
                + ",\"single_word\":false,\"lstrip\":false,\"rstrip\":false," + "\"normalized\":false,\"special\":"
                + special + "}";
    }

    private static String bpe(SequencedSet<String> pieces, List<String[]> merges, String options) {
        StringBuilder vocabulary = new StringBuilder();
        int id = 0;
        for (String piece : pieces) {
            vocabulary
                    .append(id == 0 ? "" : ",")
                    .append(quoted(piece))
                    .append(':')
                    .append(id++);
        }
        String pairs = merges.stream()
                .map(pair -> "[" + quoted(pair[0]) + "," + quoted(pair[1]) + "]")
                .collect(Collectors.joining(","));
        return "{\"type\":\"BPE\",\"dropout\":null," + options + ",\"vocab\":{" + vocabulary + "},\"merges\":[" + pairs
                + "]}";
    }

    private static String alphabet(int value) {
        boolean printable = (value >= 33 && value <= 126) || (value >= 161 && value != 173);
        int below = (int) IntStream.range(0, value)
                .filter(each -> !((each >= 33 && each <= 126) || (each >= 161 && each != 173)))
                .count();
        return Character.toString(printable ? value : 256 + below);
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
