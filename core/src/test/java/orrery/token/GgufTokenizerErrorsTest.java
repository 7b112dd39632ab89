package orrery.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.OrreryException;

/** Errors in a vocabulary are reported with key and value. */
final class GgufTokenizerErrorsTest {
    static List<Arguments> faults() {
        return List.of(
                fault("model is \"bert\"", file -> file.with("model", "bert")),
                fault("known are gpt2 (byte-level BPE) and llama", file -> file.with("model", "t5")),
                fault("tokenizer.ggml.tokens is an empty list", file -> file.with("tokens", List.of())),
                fault("tokenizer.ggml.tokens is missing", file -> file.without("tokens")),
                fault("tokenizer.ggml.tokens[1] is 7, expected a text", file -> file.with("tokens", List.of("a", 7))),
                fault(
                        "tokenizer.ggml.token_type has 1 entries, tokenizer.ggml.tokens has",
                        file -> file.with("token_type", List.of(1))),
                fault("tokenizer.ggml.token_type[3] is 7, expected 0 to 6", file -> file.kind(3, 7)),
                fault("tokenizer.ggml.token_type[3] is -1, expected 0 to 6", file -> file.kind(3, -1)),
                fault(
                        "tokenizer.ggml.bos_token_id is \"one\" (text), expected an integer",
                        file -> file.with("bos_token_id", "one")),
                fault(
                        "add_bos_token is true, but tokenizer.ggml.bos_token_id is 4294967295, which is not a token id",
                        file -> file.with("add_bos_token", true).with("bos_token_id", 4294967295L)),
                fault(
                        "add_bos_token is true, but tokenizer.ggml.bos_token_id is missing",
                        file -> file.with("add_bos_token", true).without("bos_token_id")),
                fault(
                        "add_eos_token is true, but tokenizer.ggml.eos_token_id is missing",
                        file -> file.with("add_eos_token", true).without("eos_token_id")),
                fault(
                        "a token without a text",
                        file -> file.add("", SmallGguf.CONTROL)
                                .with("bos_token_id", file.tokens.size() - 1)
                                .with("add_bos_token", true)),
                fault("add_bos_token is \"yes\" (text)", file -> file.with("add_bos_token", "yes")),
                fault(
                        "expected it once",
                        file -> file.add("twice", SmallGguf.CONTROL).add("twice", SmallGguf.USER_DEFINED)));
    }

    static List<Arguments> faultsOfByteLevel() {
        return List.of(
                fault(
                        "tokenizer.ggml.pre is \"llama-4-bpe\", which is unknown; known are command-r, dbrx",
                        file -> file.with("pre", "llama-4-bpe")),
                fault("tokenizer.ggml.merges is missing", file -> file.without("merges")),
                fault(
                        "tokenizer.ggml.merges[0] is \"he\", expected two tokens with a space between",
                        file -> file.merge(0, "he")),
                fault("tokenizer.ggml.merges[0] is \"he \"", file -> file.merge(0, "he ")),
                fault("tokenizer.ggml.merges[0] is \" \"", file -> file.merge(0, " ")),
                fault("tokenizer.ggml.merges[0] is \"\"", file -> file.merge(0, "")),
                fault(
                        "tokenizer.ggml.merges[0] is \"h nowhere\", but tokenizer.ggml.tokens lacks \"nowhere\"",
                        file -> file.merge(0, "h nowhere")),
                fault("lacks \"x y\"", file -> file.merge(0, "h x y")),
                fault("lacks \"hw\"", file -> file.merge(0, "h w")),
                // Text of a file is escaped before it reaches a terminal.
                fault("lacks \"\uFFFD[31m\"", file -> file.merge(0, "\u001B[31m w")));
    }

    static List<Arguments> faultsOfSentencePiece() {
        return List.of(
                fault("tokenizer.ggml.scores has 2 entries", file -> file.with("scores", List.of(1.0, 2.0))),
                fault("marked as a byte, expected the form <0xE2>", file -> file.add("<0xGG>", SmallGguf.BYTE)),
                fault("has 513 characters, expected at most 512", file -> file.add("x".repeat(513))),
                fault(
                        "texts would lose characters",
                        file -> file.without("unknown_token_id")
                                .kind(0, SmallGguf.NORMAL)
                                .kind(7, SmallGguf.NORMAL)
                                .token(7, "gone")));
    }

    private static Arguments fault(String message, UnaryOperator<SmallGguf> change) {
        return Arguments.of(message, change);
    }

    @ParameterizedTest
    @MethodSource({"faults", "faultsOfByteLevel"})
    void namesWhatIsWrongWithAByteLevelVocabulary(String message, UnaryOperator<SmallGguf> change) {
        refuses(message, change.apply(SmallGguf.byteLevel("gpt-2")));
    }

    @ParameterizedTest
    @MethodSource({"faults", "faultsOfSentencePiece"})
    void namesWhatIsWrongWithASentencePieceVocabulary(String message, UnaryOperator<SmallGguf> change) {
        refuses(message, change.apply(SmallGguf.sentencePiece()));
    }

    private static void refuses(String message, SmallGguf file) {
        assertThatThrownBy(file::tokenizer)
                .isInstanceOf(OrreryException.class)
                .hasMessageStartingWith("small.gguf: ")
                .hasMessageContaining(message);
    }

    @Test
    void opensPiecesThatHaveManyWaysToBeMade() {
        var file = SmallGguf.sentencePiece();
        for (int letter = 0; letter < 20; letter++) {
            String one = Character.toString('a' + letter);
            IntStream.rangeClosed(file.id(one) < 0 ? 1 : 2, 512).forEach(length -> file.add(one.repeat(length)));
        }
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThat(file.tokenizer().encode("a".repeat(100_000))).hasSizeBetween(100, 60_000));
    }

    @Test
    void neitherDiesNorThrowsAnythingElseOnRandomFaults() {
        var random = new Random(7);
        int read = 0;
        for (int i = 0; i < 400; i++) {
            var file = i % 2 == 0 ? SmallGguf.byteLevel("llama-bpe") : SmallGguf.sentencePiece();
            for (int change = 0; change < 1 + random.nextInt(3); change++) {
                spoil(file, random);
            }
            try (Tokenizer tokenizer = file.tokenizer()) {
                read++;
                int[] ids = tokenizer.encodeWithSpecialTokens(
                        "hello <s>the\n 11é</s><|begin|>" + file.tokens.get(random.nextInt(file.tokens.size())));
                tokenizer.decode(ids);
                tokenizer.encodePrompt(tokenizer.guard("<|end|></s><unk>") + "<s>");
            } catch (OrreryException refused) {
                assertThat(refused).hasMessageContaining("small.gguf");
            }
        }
        assertThat(read).isBetween(50, 350);
    }

    private static void spoil(SmallGguf file, Random random) {
        int id = random.nextInt(file.tokens.size());
        int other = random.nextInt(file.tokens.size());
        switch (random.nextInt(8)) {
            case 0 -> file.token(id, file.tokens.get(other));
            case 1 -> file.token(id, file.tokens.get(id) + file.tokens.get(other));
            case 2 -> file.token(id, random.nextBoolean() ? "" : " ");
            case 3 -> file.kind(id, random.nextInt(7));
            case 4 -> file.scores.set(id, random.nextBoolean() ? 0.0 : random.nextGaussian() * 1e30);
            case 5 ->
                file.with(
                        new ArrayList<>(List.of("bos_token_id", "eos_token_id", "unknown_token_id"))
                                .get(random.nextInt(3)),
                        id);
            case 6 -> file.with(random.nextBoolean() ? "add_eos_token" : "add_space_prefix", random.nextBoolean());
            default -> {
                if (!file.merges.isEmpty()) {
                    file.merge(random.nextInt(file.merges.size()), file.tokens.get(id) + " " + file.tokens.get(other));
                }
            }
        }
    }
}
