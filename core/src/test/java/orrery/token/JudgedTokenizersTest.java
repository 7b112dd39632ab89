package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tokenizers without a tokenizer.json on awkward texts, against digests of the ids that mistral-common 1.13.1 and
 * sentencepiece 0.2.3 give. {@code docs/tokenizers.md} has the program that generates them.
 */
final class JudgedTokenizersTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "tekken_240718.json, 741fedd5c6d60f055a4c1296718c7f271958f2aa6dceccc4b1f5e53e582bac92",
        "tekken_240911.json, 741fedd5c6d60f055a4c1296718c7f271958f2aa6dceccc4b1f5e53e582bac92",
        "tokenizer.model.v1, 37d12cc9f8e2319ddde8b3e721981fb2dbc5618bd7a12895cc48f7d2c1ce85db",
        "mistral_instruct_tokenizer_240216.model.v2, 3b4847a2471f2221afb59e2877cdff6928e866cf6e17f94f46aac5e464326b47",
        "mistral_instruct_tokenizer_240323.model.v3, 3b4847a2471f2221afb59e2877cdff6928e866cf6e17f94f46aac5e464326b47",
        "mistral_instruct_tokenizer_241114.model.v7, bb719f0e9b5c8bb5253bf75e9805764f2ed0c0fe210353da760c21d69532f529",
        "mistral_instruct_tokenizer_241114.model.v7m1, bb719f0e9b5c8bb5253bf75e9805764f2ed0c0fe210353da760c21d69532f529"
    })
    void mistralsOwnFilesGiveTheJudgesIds(String file, String digest) throws Exception {
        Path released = ReleasedTokenizersTest.folder()
                .resolve("tokenizers")
                .resolve("mistral")
                .resolve(file);
        assertThat(digest(released, file.endsWith(".json") ? "tekken.json" : "tokenizer.model"))
                .isEqualTo(digest);
    }

    /** Small ones trained by sentencepiece: normalization rules, removed spaces, user-defined symbols, bytes. */
    @ParameterizedTest
    @CsvSource({
        "unigram.model, ffb80894aa47e22892c6c93e489b6d3a550eda5b54cd7f9ec7abcbba5d977f24",
        "unigram-bytes.model, 9bd77e7ad2a523dbf711009fd587b9d7680ce8aebb76dcdc0f264ca04580d4d8",
        "bpe.model, f383d97acaac0968f5b477abb299133cadd959323a6a772b45c4203c49f9ced3"
    })
    void sentencePieceModelsGiveTheJudgesIds(String file, String digest) throws Exception {
        assertThat(digest(Path.of("src", "test", "resources", "sentencepiece", file), "tokenizer.model"))
                .isEqualTo(digest);
    }

    private String digest(Path file, String name) throws Exception {
        Files.copy(file, directory.resolve(name));
        var tokenizer = Tokenizer.read(directory);
        String lines = AwkwardTexts.forJudges().stream()
                .map(text -> {
                    // The reference tokenizers read control tokens as text, and marks, which are unknown to them, as
                    // tokens.
                    var special = new ControlTokens(
                            tokenizer.facts().vocabulary().added().stream()
                                    .filter(AddedToken::special)
                                    .map(token -> new AddedToken(token.id(), token.content(), true))
                                    .toList(),
                            List.of());
                    int[] ids = tokenizer.encodePrompt(special.guard(text));
                    assertThat(tokenizer.encodePrompt(tokenizer.guard(text)))
                            .as(text)
                            .isEqualTo(tokenizer.encode(text));
                    return Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" ")) + "\n";
                })
                .collect(Collectors.joining());
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(lines.getBytes(UTF_8)));
    }
}
