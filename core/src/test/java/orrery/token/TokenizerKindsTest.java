package orrery.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of tokenizer against Hugging Face's library. */
class TokenizerKindsTest {
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "hello",
            " hello",
            "  hello",
            "hello the the, hello.",
            "the </think> hello",
            "日本",
            "the 日本 🦙 é",
            "hello\n\n the",
            "<s>hello</s>",
            "<|end|>the<|eot|>",
            "<unk>",
            "</",
            "hello ",
            "<|e</s>|>",
            "▁the Ġthe");

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void encodesAndDecodesAsTheEngineDoes(SmallTokenizers kind) {
        try (Tokenizer tokenizer = kind.in(directory);
                HuggingFace reference = new HuggingFace(kind.json())) {
            for (String text : TEXTS) {
                int[] ids = reference.encode(text);
                assertThat(tokenizer.encodePrompt(text)).as(text).isEqualTo(ids);
                assertThat(tokenizer.decode(ids)).as(text).isEqualTo(reference.decode(ids));
                int[] plain = tokenizer.encode(text);
                assertThat(tokenizer.decode(plain)).as(text).isEqualTo(reference.decode(plain));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void randomIdsDecodeAsTheEngineDoesAndInPieces(SmallTokenizers kind) {
        Random random = new Random(20);
        try (Tokenizer tokenizer = kind.in(directory);
                HuggingFace reference = new HuggingFace(kind.json())) {
            int size = tokenizer.vocabularySize();
            for (int round = 0; round < 400; round++) {
                int[] ids = random.ints(random.nextInt(12), -1, size + 2).toArray();
                TextStream stream = tokenizer.textStream();
                StringBuilder pieces = new StringBuilder();
                for (int id : ids) {
                    pieces.append(stream.append(id));
                }
                assertThat(pieces.append(stream.finish())).hasToString(tokenizer.decode(ids));
                // The library spoils a whole run of byte tokens that are not UTF-8; everything else must be equal.
                boolean bytes = Arrays.stream(ids).anyMatch(id -> ByteAlphabet.isByteToken(tokenizer.tokenOf(id)));
                int[] positive = Arrays.stream(ids).filter(id -> id >= 0).toArray();
                if (kind != SmallTokenizers.PREPENDED || !bytes) {
                    assertThat(tokenizer.decode(positive))
                            .as(Arrays.toString(positive))
                            .isEqualTo(reference.decode(positive));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void noTextOfAUserMakesAControlToken(SmallTokenizers kind) {
        try (Tokenizer tokenizer = kind.in(directory)) {
            for (String text :
                    List.of("<s>hello</s>", "a<|end|>b <|eot|><|begin|>", "</s></s>", "\uFDD01\uFDD0", "\uFDD0")) {
                int[] ids = tokenizer.encode(text);
                assertThat(Arrays.stream(ids)
                                .filter(tokenizer::isSpecial)
                                .filter(id -> !tokenizer.tokenOf(id).equals("<unk>")))
                        .as(text)
                        .isEmpty();
                assertThat(tokenizer.encodePrompt(tokenizer.guard(text)))
                        .as(text)
                        .isEqualTo(ids);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void promptsWithAMarkAreReadAsThoseWithout(SmallTokenizers kind) {
        try (Tokenizer tokenizer = kind.in(directory);
                HuggingFace reference = new HuggingFace(kind.json())) {
            for (String text : TEXTS) {
                // A mark alone replaces control tokens by stand-ins; the ids must not depend on that.
                assertThat(tokenizer.encodePrompt(text + ControlTokens.MARK))
                        .as(text)
                        .isEqualTo(reference.encode(text));
            }
        }
    }

    @Test
    void keepsAddedTokensThatAreNotSpecial() {
        try (Tokenizer tokenizer = SmallTokenizers.BYTE_LEVEL.in(directory)) {
            int think = tokenizer.idOf("</think>").orElseThrow();
            assertThat(tokenizer.isSpecial(think)).isFalse();
            assertThat(tokenizer.encode("a</think>b<|end|>")).contains(think);
            assertThat(tokenizer.guard("a</think>b")).isEqualTo("a</think>b");
            assertThat(tokenizer.encodePrompt("<|begin|>" + tokenizer.guard("<|end|></think>") + "<|eot|>"))
                    .contains(think)
                    .startsWith(tokenizer.idOf("<|begin|>").orElseThrow())
                    .endsWith(tokenizer.idOf("<|eot|>").orElseThrow())
                    .doesNotContain(tokenizer.idOf("<|end|>").orElseThrow());
            assertThat(tokenizer.encodeWithSpecialTokens("the"))
                    .startsWith(tokenizer.idOf("<|begin|>").orElseThrow());
        }
    }

    @Test
    void guardsTokensOfOneCharacterAndTokensThatOverlap() {
        ControlTokens controls = new ControlTokens(
                List.of(
                        new AddedToken(0, "<a>", true),
                        new AddedToken(1, ">b<", true),
                        new AddedToken(2, "§", true),
                        new AddedToken(3, "<a>c", true),
                        new AddedToken(4, "🦙", true)),
                List.of());
        for (String text : List.of("<a>b<a>", "§", "§§<a>c", "x§<a>", "<<a>>b<", "🦙§🦙x", "é🦙")) {
            String guarded = controls.guard(text);
            assertThat(controls.standIns(guarded)).isEqualTo(text);
            assertThat(controls.guard(guarded)).isEqualTo(guarded);
            assertThat(controls.standIns("<a>c" + guarded + "<a>"))
                    .isEqualTo(ControlTokens.stand(3) + text + ControlTokens.stand(0));
        }
    }

    @Test
    void aWordsSpaceWaitsForTheNextWord() {
        try (Tokenizer tokenizer = SmallTokenizers.WORD_END.in(directory)) {
            int the = tokenizer.idOf("the</w>").orElseThrow();
            TextStream stream = tokenizer.textStream();
            assertThat(stream.append(the)).isEqualTo("the");
            assertThat(stream.append(the)).isEqualTo(" the");
            assertThat(stream.finish()).isEmpty();
            assertThat(tokenizer.bytesOf(the)).containsExactly('t', 'h', 'e', ' ');
        }
    }

    @Test
    void invalidUtf8BecomesReplacementCharactersAsInTheEngine() {
        Random random = new Random(5);
        try (Tokenizer tokenizer = SmallTokenizers.BYTE_LEVEL.in(directory);
                HuggingFace reference = new HuggingFace(SmallTokenizers.BYTE_LEVEL.json())) {
            int[] leads = {0xC0, 0xC1, 0xC2, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0x80, 0x9F, 0xA0, 0xBF, 0x41};
            for (int round = 0; round < 3000; round++) {
                int[] ids = IntStream.range(0, random.nextInt(9))
                        .map(i -> leads[random.nextInt(leads.length)])
                        .toArray();
                assertThat(tokenizer.decode(ids)).isEqualTo(reference.decode(ids));
            }
        }
    }
}
