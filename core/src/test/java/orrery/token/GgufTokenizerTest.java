package orrery.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.format.FormatException;

/** Tokenizers of GGUF files, on vocabularies small enough to follow by hand. */
final class GgufTokenizerTest {
    private static List<String> pieces(SmallGguf file, int[] ids) {
        return Arrays.stream(ids).mapToObj(file.tokens::get).toList();
    }

    private static List<String> encoded(SmallGguf file, String text) {
        try (Tokenizer tokenizer = file.tokenizer()) {
            int[] ids = tokenizer.encode(text);
            assertThat(tokenizer.decode(ids)).isEqualTo(text);
            return pieces(file, ids);
        }
    }

    @Test
    void mergesBytesAsTheFileLists() {
        assertThat(encoded(SmallGguf.byteLevel("gpt-2"), "hello hellw")).containsExactly("hello", "Ġ", "hell", "w");
        assertThat(encoded(SmallGguf.byteLevel("gpt-2"), "é🦙")).containsExactly("Ã©", "ð", "Ł", "¦", "Ļ");
    }

    @ParameterizedTest
    @CsvSource({"gpt-2, 11 111", "llama-bpe, 111 11", "qwen2, 1 1 1 1 1", "starcoder, 1 1 1 1 1"})
    void groupsDigitsAsThePreTokenizerSays(String pre, String expected) {
        assertThat(encoded(SmallGguf.byteLevel(pre), "11111")).containsExactly(expected.split(" "));
    }

    @Test
    void takesABytesCharacterForADigitWhereFalconDoes() {
        // "½" is the bytes C2 and BD, and the character for BD is "½" again.
        assertThat(encoded(SmallGguf.byteLevel("falcon").merge("Â ½"), "½")).containsExactly("Â", "½");
        assertThat(encoded(SmallGguf.byteLevel("gpt-2").merge("Â ½"), "½")).containsExactly("Â½");
    }

    @Test
    void splitsAsOnceWhereAFileDoesNotSayHow() {
        assertThat(encoded(SmallGguf.byteLevel("gpt-2").without("pre"), "11111"))
                .containsExactly("111", "11");
    }

    @Test
    void takesAWholeWordWhereThePreTokenizerSaysSo() {
        // No merge produces it.
        assertThat(encoded(SmallGguf.byteLevel("llama-bpe").add("word"), "word"))
                .containsExactly("word");
        assertThat(encoded(SmallGguf.byteLevel("dbrx").add("word"), "word")).containsExactly("w", "o", "r", "d");
    }

    @Test
    void composesCharactersForQwen() {
        var file = SmallGguf.byteLevel("qwen2");
        try (Tokenizer tokenizer = file.tokenizer()) {
            assertThat(pieces(file, tokenizer.encode("e\u0301"))).containsExactly("Ã©");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "llama-bpe, '', true",
        "tekken, '', true",
        "deepseek-v3, '', true",
        "llama4, '', true",
        "gpt-2, '', false",
        "qwen2, '', false",
        "dbrx, '', false",
        "llama-bpe, false, false",
        "gpt-2, true, true"
    })
    void beginsATextAsTheFileSaysOrElseAsItsKindDoes(String pre, String said, boolean expected) {
        var file = SmallGguf.byteLevel(pre);
        if (!said.isEmpty()) {
            file.with("add_bos_token", Boolean.valueOf(said));
        }
        try (Tokenizer tokenizer = file.tokenizer()) {
            assertThat(pieces(file, tokenizer.encodeWithSpecialTokens("he")))
                    .isEqualTo(expected ? List.of("<|begin|>", "he") : List.of("he"));
            assertThat(pieces(file, tokenizer.encodePrompt("<|begin|>he"))).containsExactly("<|begin|>", "he");
            assertThat(tokenizer.beginOfSequence()).hasValue(file.id("<|begin|>"));
            assertThat(tokenizer.endOfSequence()).hasValue(file.id("<|end|>"));
        }
    }

    @Test
    void endsATextWhereTheFileSaysSo() {
        var file = SmallGguf.sentencePiece().with("add_eos_token", true).with("eos_token_id", 1);
        try (Tokenizer tokenizer = file.tokenizer()) {
            assertThat(pieces(file, tokenizer.encodeWithSpecialTokens("the"))).containsExactly("<s>", "▁the", "<s>");
        }
    }

    @Test
    void joinsThePiecesOfTheBestScoreFirst() {
        // "o▁" has a better score than "hello", and the first of them is found.
        assertThat(encoded(SmallGguf.sentencePiece(), "hello the")).containsExactly("▁hell", "o▁", "t", "he");
        var file = SmallGguf.sentencePiece();
        file.scores.set(file.id("o▁"), -1e6);
        assertThat(encoded(file, "hello the")).containsExactly("▁hello", "▁the");
    }

    @Test
    void spellsWhatNoPieceHasInBytes() {
        assertThat(encoded(SmallGguf.sentencePiece(), "日é")).containsExactly("▁", "日", "<0xC3>", "<0xA9>");
    }

    @Test
    void putsASpaceBeforeATextUnlessTheFileSaysNo() {
        assertThat(encoded(SmallGguf.sentencePiece(), "the")).containsExactly("▁the");
        assertThat(encoded(SmallGguf.sentencePiece(), " the")).containsExactly("▁", "▁the");
        var gemma = SmallGguf.sentencePiece().with("add_space_prefix", false);
        assertThat(encoded(gemma, "the")).containsExactly("t", "he");
        assertThat(encoded(gemma, " the")).containsExactly("▁the");
    }

    @Test
    void findsTokensOfTheAuthorBeforeItMerges() {
        var file = SmallGguf.byteLevel("gpt-2");
        assertThat(encoded(file, "he</think>he")).containsExactly("he", "</think>", "he");
        // Gemma's files contain runs of spaces as real spaces.
        var gemma = SmallGguf.sentencePiece().with("add_space_prefix", false).add("   ", SmallGguf.USER_DEFINED);
        assertThat(encoded(gemma, "he   he")).containsExactly("he", "   ", "he");
        assertThat(encoded(gemma, "he    he")).containsExactly("he", "▁▁▁▁", "he");
    }

    @Test
    void leavesAnAddedTokenAsItIsWritten() {
        // DeepSeek LLM's vocabulary adds "ü", which in GPT-2's alphabet is the byte FC.
        assertThat(encoded(SmallGguf.byteLevel("deepseek-llm").add("ü", SmallGguf.USER_DEFINED), "hüh"))
                .containsExactly("h", "ü", "h");
    }

    @Test
    void readsControlTokensOfAUserAsText() {
        for (SmallGguf file : List.of(SmallGguf.byteLevel("gpt-2"), SmallGguf.sentencePiece())) {
            String end = file.tokens.get(file.metadata().integer("tokenizer.ggml.eos_token_id"));
            try (Tokenizer tokenizer = file.tokenizer()) {
                int id = tokenizer.idOf(end).orElseThrow();
                assertThat(tokenizer.isSpecial(id)).isTrue();
                assertThat(tokenizer.encodePrompt("he" + end)).contains(id);
                assertThat(tokenizer.encode("he" + end)).doesNotContain(id);
                assertThat(tokenizer.decode(tokenizer.encode("he" + end))).isEqualTo("he" + end);
                assertThat(tokenizer.encodePrompt(tokenizer.guard("he" + end) + end))
                        .containsOnlyOnce(id);
                assertThat(tokenizer.decode(new int[] {id})).isEmpty();
            }
        }
    }

    @Test
    void takesTokensWithARoleForControlTokensWhereNoKindsAreListed() {
        try (Tokenizer tokenizer =
                SmallGguf.sentencePiece().without("token_type").tokenizer()) {
            assertThat(tokenizer.isSpecial(0)).isTrue();
            assertThat(tokenizer.isSpecial(2)).isTrue();
            assertThat(tokenizer.isSpecial(3)).isFalse();
            assertThat(tokenizer.decode(tokenizer.encode("the é"))).isEqualTo("the é");
        }
    }

    @Test
    void toleratesTokensThatCannotBeMade() {
        var file = SmallGguf.byteLevel("gpt-2")
                .add("hell")
                .add("")
                .add("", SmallGguf.CONTROL)
                .add("<|end|>");
        try (Tokenizer tokenizer = file.tokenizer()) {
            int last = file.tokens.lastIndexOf("hell");
            assertThat(last).isGreaterThan(file.id("hell"));
            assertThat(tokenizer.encode("hell")).containsExactly(last);
            assertThat(tokenizer.decode(new int[] {file.id("hell"), last, last + 1, last + 2}))
                    .isEqualTo("hellhell");
            assertThat(tokenizer.encodePrompt("<|end|>")).containsExactly(file.id("<|end|>"));
            assertThat(tokenizer.vocabularySize()).isEqualTo(file.tokens.size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD800", "a\uDC00b", "\u0000", "\"\\\n", "#version: 0.2", "\uFFFD\uFFFD"})
    void survivesTokensThatAreHardToWrite(String token) {
        var file = SmallGguf.byteLevel("gpt-2").add(token).add(token + "!", SmallGguf.CONTROL);
        String readable = token.codePoints()
                .map(point -> point >= 0xD800 && point < 0xE000 ? 0xFFFD : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        try (Tokenizer tokenizer = file.tokenizer()) {
            assertThat(tokenizer.tokenOf(file.id(token))).isEqualTo(readable);
            assertThat(tokenizer.encodePrompt("he" + readable + "!he"))
                    .hasSize(3)
                    .contains(file.id(token + "!"));
        }
    }

    @Test
    void readsAListOfMergesThatLooksLikeAComment() {
        // Such lines are skipped in the older form of merges.
        var file = SmallGguf.byteLevel("dbrx")
                .merge("# v")
                .merge("#v e")
                .merge("#ve r")
                .merge("#ver s");
        file.merge("#vers i").merge("#versi o").merge("#versio n").merge("#version s");
        assertThat(encoded(file, "#versions")).containsExactly("#versions");
    }

    @Test
    void saysWhichKeyIsMissing() {
        assertThatThrownBy(() -> SmallGguf.sentencePiece().without("scores").tokenizer())
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("small.gguf: tokenizer.ggml.scores is missing");
    }
}
