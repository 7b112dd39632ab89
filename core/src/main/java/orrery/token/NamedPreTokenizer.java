package orrery.token;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The pre-tokenizers of byte-level BPE by their names in GGUF's {@code tokenizer.ggml.pre}. A file contains only the
 * name; the expressions are those of the tokenizer.json that the model was published with. (The names are those of
 * llama.cpp's converter, {@code get_vocab_base_pre}; where llama.cpp's own expressions are approximations, the
 * published ones count.)
 *
 * @param steps applied one after another; they include the conversion of bytes to characters, or it follows the last
 * @param composes whether the text is first normalized to NFC
 * @param wholeWords whether a piece that is a token is used without merging ({@code ignore_merges})
 * @param begins whether a text starts with the BOS token if the file has no {@code add_bos_token}
 */
record NamedPreTokenizer(List<PreTokenizer> steps, boolean composes, boolean wholeWords, boolean begins) {
    /** Used for a file without a name: what llama.cpp used before there were names. */
    static final String DEFAULT = "default";

    private static final String GPT_2 = PreTokenizer.GPT_2;

    private static final String CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private static final String SPACE = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private static final String LLAMA_3 =
            CONTRACTION + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + SPACE;

    private static final String QWEN_2 =
            CONTRACTION + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + SPACE;

    /** Words that start with capitals, or small letters after them: "eBay" is two words. */
    private static final String CAPITALS = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";

    private static final String SMALL = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String BEFORE_WORD = "[^\\r\\n\\p{L}\\p{N}]?";
    private static final String PUNCTUATION_AND_SPACE = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*" + SPACE;

    private static final String TEKKEN = BEFORE_WORD + CAPITALS + "*" + SMALL + "+|" + BEFORE_WORD + CAPITALS + "+"
            + SMALL + "*|\\p{N}" + PUNCTUATION_AND_SPACE;

    private static final String O200K = BEFORE_WORD + CAPITALS + "*" + SMALL + "+" + CONTRACTION + "?|" + BEFORE_WORD
            + CAPITALS + "+" + SMALL + "*" + CONTRACTION + "?|\\p{N}{1,3}" + PUNCTUATION_AND_SPACE;

    /** Cased letters, in the Unicode version of that time. */
    private static final String CASED = "A-Za-z"
            + "\u00B5\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u01BA\u01BC-\u01BF\u01C4-\u0293\u0295-\u02AF"
            + "\u0370-\u0373\u0376\u0377\u037B-\u037D\u037F\u0386\u0388-\u038A\u038C\u038E-\u03A1"
            + "\u03A3-\u03F5\u03F7-\u0481\u048A-\u052F\u0531-\u0556\u10A0-\u10C5\u13A0-\u13F5"
            + "\u13F8-\u13FD\u1C90-\u1CBA\u1CBD-\u1CBF\u1D00-\u1D2B\u1D6B-\u1D77\u1D79-\u1D9A"
            + "\u1E00-\u1F15\u1F18-\u1F1D\u1F20-\u1F45\u1F48-\u1F4D\u1F50-\u1F57\u1F59\u1F5B\u1F5D"
            + "\u1F5F-\u1F7D\u1F80-\u1FB4\u1FB6-\u1FBC\u1FBE\u1FC2-\u1FC4\u1FC6-\u1FCC\u1FD0-\u1FD3"
            + "\u1FD6-\u1FDB\u1FE0-\u1FEC\u1FF2-\u1FF4\u1FF6-\u1FFC\u2102\u2107\u210A-\u2113\u2115"
            + "\u2119-\u211D\u2124\u2126\u2128\u212A-\u212D\u212F-\u2134\u2139\u213C-\u213F"
            + "\u2145-\u2149\u214E\u2183\u2184\u2C00-\u2C7B\u2C7E-\u2CE4\u2CEB-\u2CEE\u2CF2\u2CF3"
            + "\uA640-\uA66D\uA680-\uA69B\uA722-\uA76F\uA771-\uA787\uA78B-\uA78E\uAB70-\uABBF"
            + "\uFB00-\uFB06\uFB13-\uFB17\uFF21-\uFF3A\uFF41-\uFF5A\uD801\uDC00-\uD801\uDC4F"
            + "\uD801\uDCB0-\uD801\uDCD3\uD801\uDCD8-\uD801\uDCFB\uD803\uDC80-\uD803\uDCB2"
            + "\uD803\uDCC0-\uD803\uDCF2\uD806\uDCA0-\uD806\uDCDF\uD83A\uDD00-\uD83A\uDD43";

    private static final String CHINESE_TO_KOREAN = "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+";

    private static final List<PreTokenizer> DEEPSEEK_LLM = cuts(
            "[\r\n]",
            "\\s?[" + CASED + "]+",
            "\\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+",
            "\\s+$",
            CHINESE_TO_KOREAN,
            "\\p{N}");

    private static final List<PreTokenizer> DEEPSEEK_CODER =
            cuts("[\r\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", CHINESE_TO_KOREAN, "\\p{N}");

    private static final List<PreTokenizer> DEEPSEEK_V3 = cuts(
            "\\p{N}{1,3}",
            "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+",
            "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
                    + "| ?[\\p{P}\\p{S}]+[\\r\\n]*" + SPACE);

    /**
     * Digits are split after the conversion of bytes to characters: one byte of a letter may look like a digit there.
     */
    private static final List<PreTokenizer> FALCON = List.of(
            PreTokenizer.punctuation(SplitBehaviour.CONTIGUOUS),
            new PreTokenizer.ByteLevel(false, true),
            PreTokenizer.digits(false),
            PreTokenizer.Split.isolated("[0-9][0-9][0-9]"));

    private static final NamedPreTokenizer AS_GPT_2 = of(GPT_2);
    private static final NamedPreTokenizer AS_LLAMA_3 =
            of(LLAMA_3).takingWholeWords().beginning();
    private static final NamedPreTokenizer AS_CL100K = of(LLAMA_3);
    private static final NamedPreTokenizer AS_QWEN_2 = of(QWEN_2).composing();
    private static final NamedPreTokenizer SINGLE_DIGITS = of("\\p{N}", GPT_2);

    private static final Map<String, NamedPreTokenizer> KNOWN = new TreeMap<>(Map.ofEntries(
            entry(DEFAULT, of("[\\p{P}\\$\\+<=>\\^~\\|]+", GPT_2, "\\p{N}+", "[0-9][0-9][0-9]")),
            entry("gpt-2", AS_GPT_2),
            entry("phi-2", AS_GPT_2),
            entry("mpt", AS_GPT_2),
            entry("olmo", AS_GPT_2),
            entry("llama-bpe", AS_LLAMA_3),
            entry("llama3", AS_LLAMA_3),
            entry("llama-v3", AS_LLAMA_3),
            // OLMo 2's files say dbrx: both use the expression of OpenAI's cl100k.
            entry("dbrx", AS_CL100K),
            entry("smaug-bpe", AS_CL100K),
            entry("tekken", of(TEKKEN).takingWholeWords().beginning()),
            entry("qwen2", AS_QWEN_2),
            entry("deepseek-r1-qwen", AS_QWEN_2),
            entry("deepseek-llm", new NamedPreTokenizer(DEEPSEEK_LLM, false, false, true)),
            entry("deepseek-coder", new NamedPreTokenizer(DEEPSEEK_CODER, false, false, true)),
            entry("deepseek-v3", new NamedPreTokenizer(DEEPSEEK_V3, false, false, true)),
            entry("llama4", of(O200K).takingWholeWords().beginning()),
            entry("gpt-4o", of(O200K)),
            entry("starcoder", SINGLE_DIGITS),
            entry("refact", SINGLE_DIGITS),
            entry("smollm", SINGLE_DIGITS),
            entry("command-r", SINGLE_DIGITS.composing()),
            entry("falcon", new NamedPreTokenizer(FALCON, false, false, false))));

    /** The pre-tokenizer with that name, if it is known. */
    static Optional<NamedPreTokenizer> named(String name) {
        return Optional.ofNullable(KNOWN.get(name));
    }

    /** Of several names for the same pre-tokenizer, the most common one. */
    private static final List<String> USUAL = List.of("gpt-2", "llama-bpe", "dbrx", "qwen2", "smollm");

    /** The name of a pre-tokenizer with these steps, if there is one; the BOS token does not matter. */
    static Optional<String> nameOf(List<PreTokenizer> steps, boolean composes, boolean wholeWords) {
        List<PreTokenizer> wanted = expanded(steps);
        List<String> names = KNOWN.entrySet().stream()
                .filter(entry -> expanded(entry.getValue().steps()).equals(wanted)
                        && entry.getValue().composes() == composes
                        && entry.getValue().wholeWords() == wholeWords)
                .map(Map.Entry::getKey)
                .toList();
        return names.stream()
                .filter(USUAL::contains)
                .findFirst()
                .or(() -> names.stream().findFirst());
    }

    /** A ByteLevel that splits is the same as a split and a ByteLevel. */
    private static List<PreTokenizer> expanded(List<PreTokenizer> steps) {
        return steps.stream()
                .flatMap(step ->
                        step instanceof PreTokenizer.ByteLevel(boolean prefixed, boolean cuts) && cuts && !prefixed
                                ? Stream.of(
                                        PreTokenizer.Split.isolated(GPT_2), new PreTokenizer.ByteLevel(false, false))
                                : Stream.of(step))
                .toList();
    }

    /** All known names. */
    static String names() {
        return String.join(", ", KNOWN.keySet());
    }

    private static NamedPreTokenizer of(String... splits) {
        return new NamedPreTokenizer(cuts(splits), false, false, false);
    }

    /**
     * Each expression splits what the one before left whole, into its matches and the text between; then bytes become
     * characters.
     */
    private static List<PreTokenizer> cuts(String... expressions) {
        List<PreTokenizer> steps = new ArrayList<>();
        for (String expression : expressions) {
            steps.add(PreTokenizer.Split.isolated(expression));
        }
        steps.add(new PreTokenizer.ByteLevel(false, false));
        return List.copyOf(steps);
    }

    private NamedPreTokenizer composing() {
        return new NamedPreTokenizer(steps, true, wholeWords, begins);
    }

    private NamedPreTokenizer takingWholeWords() {
        return new NamedPreTokenizer(steps, composes, true, begins);
    }

    private NamedPreTokenizer beginning() {
        return new NamedPreTokenizer(steps, composes, wholeWords, true);
    }
}
