package orrery.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of normalizer, pre-tokenizer and added token against Hugging Face's library, on awkward texts. */
final class TokenizerPartsTest {
    private static final int TEXTS = 500;

    @TempDir
    Path directory;

    private void same(String json, List<String> texts) {
        var tokenizer = SmallTokenizers.write(directory, json);
        try (var reference = new HuggingFace(json)) {
            for (String text : texts) {
                String clean = text.replace("\uFDD0", "");
                assertThat(tokenizer.encodePrompt(clean)).as(clean).isEqualTo(reference.encode(clean));
                assertThat(tokenizer.encodeWithSpecialTokens(clean))
                        .as(clean)
                        .isEqualTo(reference.encodeWithSpecialTokens(clean));
            }
        }
    }

    private static List<String> texts(String... added) {
        return AwkwardTexts.with(List.of(added)).subList(0, TEXTS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Falcon, StarCoder, DeepSeek LLM's first and fourth, BERT; then each behaviour.
                "{'type':'Punctuation','behavior':'Contiguous'},{'type':'ByteLevel','add_prefix_space':false,'trim_offsets':true,'use_regex':true},{'type':'Digits','individual_digits':false},{'type':'Split','pattern':{'Regex':'[0-9][0-9][0-9]'},'behavior':'Isolated','invert':false}",
                "{'type':'Digits','individual_digits':true},{'type':'ByteLevel','add_prefix_space':true,'trim_offsets':true,'use_regex':true}",
                "{'type':'Split','pattern':{'Regex':'[\\r\\n]'},'behavior':'Isolated','invert':false},{'type':'Split','pattern':{'Regex':'\\\\s+$'},'behavior':'Isolated','invert':false},BYTES",
                "{'type':'BertPreTokenizer'},BYTES",
                "{'type':'Whitespace'},BYTES",
                "{'type':'WhitespaceSplit'},BYTES",
                "{'type':'CharDelimiterSplit','delimiter':'e'},BYTES",
                "{'type':'Punctuation','behavior':'MergedWithNext'},BYTES",
                "{'type':'Punctuation','behavior':'MergedWithPrevious'},BYTES",
                "{'type':'Punctuation','behavior':'Removed'},BYTES",
                "{'type':'Split','pattern':{'String':' '},'behavior':'MergedWithPrevious','invert':false},BYTES",
                "{'type':'Split','pattern':{'Regex':'\\\\p{L}+'},'behavior':'Contiguous','invert':true},BYTES",
                "{'type':'Split','pattern':{'Regex':'\\\\w+'},'behavior':'Removed','invert':true},BYTES",
                "{'type':'Split','pattern':{'Regex':'(?i:THE)|\\\\w\\\\W|[^\\\\d\\\\s]{2}'},'behavior':'MergedWithNext','invert':true},BYTES",
                "{'type':'Metaspace','replacement':'▁','prepend_scheme':'always','split':true},BYTES",
                "{'type':'Metaspace','replacement':'▁','prepend_scheme':'first','split':true},BYTES",
                "{'type':'Metaspace','replacement':'_','prepend_scheme':'never','split':false},BYTES"
            })
    void preTokenizersCutAsTheLibraryDoes(String steps) {
        same(SmallTokenizers.byteLevel("null", sequence("pretokenizers", steps), ""), texts("<|end|>", "</think>"));
    }

    private static String sequence(String name, String steps) {
        String bytes = "{'type':'ByteLevel','add_prefix_space':false,'trim_offsets':true,'use_regex':false}";
        return ("{'type':'Sequence','" + name + "':[" + steps.replace("BYTES", bytes) + "]}").replace('\'', '"');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'NFC'}",
                "{'type':'NFD'}",
                "{'type':'NFKC'},{'type':'Lowercase'}",
                "{'type':'NFKD'},{'type':'StripAccents'}",
                "{'type':'Lowercase'}",
                "{'type':'Strip','strip_left':true,'strip_right':false}",
                "{'type':'Strip','strip_left':false,'strip_right':true}",
                "{'type':'Prepend','prepend':'▁'},{'type':'Replace','pattern':{'String':' '},'content':'▁'}",
                "{'type':'Replace','pattern':{'Regex':' {2,}|e'},'content':'E '}",
                "{'type':'BertNormalizer','clean_text':true,'handle_chinese_chars':true,'strip_accents':null,'lowercase':true}",
                "{'type':'BertNormalizer','clean_text':true,'handle_chinese_chars':false,'strip_accents':true,'lowercase':false}",
                "{'type':'BertNormalizer','clean_text':false,'handle_chinese_chars':true,'strip_accents':false,'lowercase':false}"
            })
    void normalizersWriteAsTheLibraryDoes(String steps) {
        same(
                SmallTokenizers.byteLevel(sequence("normalizers", steps), sequence("pretokenizers", "BYTES"), ""),
                texts("<|end|>", "</think>"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{'type':'Lowercase'}", "{'type':'Prepend','prepend':'▁'}", "{'type':'NFKC'}"})
    void addedTokensAreFoundAsTheLibraryFindsThem(String normalizer) {
        String[] names = {"[L]", "[R]", "[LR]", "word", "(n)", "Ünorm", "[S]x", "[S]", "ﬁne", "<s"};
        same(withAdded(normalizer, names), added(names));
    }

    /** Of control tokens that are found after normalisation, a prompt has those that the template spells exactly. */
    @ParameterizedTest
    @ValueSource(strings = {"null", "{'type':'Lowercase'}", "{'type':'Prepend','prepend':'▁'}", "{'type':'NFKC'}"})
    void normalisedControlTokensAreFoundAsTheLibraryFindsThem(String normalizer) {
        String[] names = {"[L]", "[R]", "[LR]", "word", "[N]", "Ünorm", "[S]x", "[S]", "ﬁne", "<s"};
        String json = withAdded(normalizer, names);
        var tokenizer = SmallTokenizers.write(directory, json);
        try (var reference = new HuggingFace(json)) {
            for (String text : added(names)) {
                assertThat(tokenizer.encodeWithSpecialTokens(text))
                        .as(text)
                        .isEqualTo(reference.encodeWithSpecialTokens(text));
            }
        }
        assertThat(tokenizer.encodePrompt("a[N]"))
                .endsWith(tokenizer.idOf("[N]").orElseThrow());
    }

    private static String withAdded(String normalizer, String... names) {
        String flags = "'single_word':%b,'lstrip':%b,'rstrip':%b,'normalized':%b,'special':%b}";
        var added = new StringBuilder();
        for (int i = 0; i < names.length; i++) {
            added.append(",{'id':ID+")
                    .append(i)
                    .append(",'content':'")
                    .append(names[i])
                    .append("',");
            boolean special = i % 3 == 1 && names[i].startsWith("[");
            added.append(
                    flags.formatted(i == 3 || i == 8, i == 0 || i == 2, i == 1 || i == 2, i >= 4 && i != 7, special));
        }
        return SmallTokenizers.byteLevel(
                normalizer.replace('\'', '"'),
                sequence("pretokenizers", "BYTES"),
                added.toString().replace('\'', '"'));
    }

    private static List<String> added(String... names) {
        var all = new ArrayList<>(List.of(names));
        all.addAll(List.of("ünorm", "fine", "<|end|>", "words", "_word"));
        return texts(all.toArray(String[]::new));
    }

    @Test
    void namesWhatIsNotKnown() {
        for (String[] wrong : new String[][] {
            {"{'type':'Nmt'}", "BYTES", "normalizer.normalizers[0] is Nmt, which is unknown; known are NFC"},
            {"{'type':'NFC'}", "{'type':'UnicodeScripts'},BYTES", "is UnicodeScripts, which is unknown; known are Split"
            },
            {
                "{'type':'NFC'}",
                "{'type':'Split','pattern':{'Regex':'('},'behavior':'Isolated'},BYTES",
                "the expression \"(\" cannot be read"
            },
            {
                "{'type':'NFC'}",
                "{'type':'Split','pattern':{'Regex':'x'},'behavior':'Kept'},BYTES",
                "behavior is Kept, which is unknown"
            },
            {"{'type':'NFC'}", "{'type':'Metaspace','replacement':'ab'},BYTES", "must be one character"}
        }) {
            assertThatThrownBy(() -> SmallTokenizers.write(
                            directory,
                            SmallTokenizers.byteLevel(
                                    sequence("normalizers", wrong[0]), sequence("pretokenizers", wrong[1]), "")))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("tokenizer.json: ")
                    .hasMessageContaining(wrong[2]);
        }
    }
}
