package orrery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.kernel.Backend;
import orrery.tensor.Tensor;

/**
 * Rows that are given as the embedding vector of their own token give the same bits as the token: in every family, on
 * every backend.
 */
class SoftRowsTest {

    static Stream<Arguments> everyCheckpointOnEveryBackend() {
        return GoldenTest.onEveryBackend(Goldens.all().stream());
    }

    /** The embeddings of some tokens, as they enter the first layer, in memory of the kernels. */
    private static Tensor embedded(Rig rig, int[] tokens) {
        var vectors = rig.kernels.allocate(tokens.length, rig.decoder.spec().hiddenSize());
        float scale = rig.decoder.spec().embedding().scale();
        rig.kernels.embed(vectors, rig.embedding, tokens, scale, tokens.length);
        return vectors;
    }

    private static int[] part(int[] tokens, int from, int to) {
        return Arrays.copyOfRange(tokens, from, Math.min(to, tokens.length));
    }

    @ParameterizedTest
    @MethodSource("everyCheckpointOnEveryBackend")
    void giveTheBitsOfTheirTokens(Path checkpoint, Backend backend) {
        try (var golden = new Golden(checkpoint);
                var rig = GoldenTest.open(checkpoint, backend, 4)) {
            int[] prompt = golden.prompt(0);
            int[] other = part(golden.prompt(golden.sequences() - 1), 0, 5);
            rig.sequence().add(other);
            rig.sequence().add(prompt);
            var expected = rig.run();
            var vectors = embedded(rig, prompt);
            var others = embedded(rig, other);

            rig.sequence().addSoft(others, 0, other);
            rig.sequence().addSoft(vectors, 0, prompt);
            assertSameBits(rig.run(), expected);

            // Tokens before, between and after vectors of two tensors.
            var mixed = rig.sequence();
            rig.sequence().addSoft(others, 0, other);
            mixed.add(part(prompt, 0, 2));
            mixed.addSoft(vectors, 2, part(prompt, 2, 5));
            mixed.add(part(prompt, 5, 6));
            mixed.addSoft(vectors, 6, part(prompt, 6, prompt.length - 1));
            mixed.add(prompt[prompt.length - 1]);
            assertSameBits(rig.run(), expected);
        }
    }

    static Stream<Arguments> everyDraftingCheckpointOnEveryBackend() {
        return GoldenTest.everyDraftingCheckpointOnEveryBackend();
    }

    @ParameterizedTest
    @MethodSource("everyDraftingCheckpointOnEveryBackend")
    void giveTheBitsOfTheirTokensInADraft(Path checkpoint, Backend backend) {
        try (var golden = new Golden(checkpoint);
                var rig = GoldenTest.open(checkpoint, backend, 4)) {
            int[] prompt = golden.prompt(0);
            int[] next = part(prompt, 1, prompt.length);
            rig.sequence().add(prompt);
            rig.run();
            rig.sequence().add(next);
            var expected = rig.draft();
            rig.sequence().addSoft(embedded(rig, next), 0, next);
            assertSameBits(rig.draft(), expected);
        }
    }

    @ParameterizedTest
    @MethodSource("everyCheckpointOnEveryBackend")
    void mayStandForAnIdBeyondTheVocabulary(Path checkpoint, Backend backend) {
        try (var golden = new Golden(checkpoint);
                var rig = GoldenTest.open(checkpoint, backend, 4)) {
            int[] prompt = golden.prompt(0);
            // Operations that look up the id use its first row then, that of token 0.
            prompt[1] = 0;
            rig.sequence().add(prompt);
            var expected = rig.run();
            var sequence = rig.sequence();
            sequence.add(prompt[0]);
            sequence.addSoft(embedded(rig, new int[] {0}), 0, rig.decoder.spec().vocabSize() + 1);
            sequence.add(part(prompt, 2, prompt.length));
            assertSameBits(rig.run(), expected);
        }
    }

    @Test
    void areRefusedWhereTheyAreNotAsWideAsTheModel() {
        try (var rig = GoldenTest.open(Goldens.all().getFirst(), Backend.named("scalar"), 4)) {
            int width = rig.decoder.spec().hiddenSize();
            rig.sequence().add(1, 2);
            rig.sequence().addSoft(rig.kernels.allocate(1, width + 1), 0, 3);
            assertThatThrownBy(rig::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("row 2 is a vector of " + (width + 1) + " elements, expected the hidden size " + width);
        }
    }

    private static void assertSameBits(List<float[]> actual, List<float[]> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int r = 0; r < expected.size(); r++) {
            assertThat(actual.get(r)).as("row %d", r).isEqualTo(expected.get(r));
        }
    }
}
