package orrery.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import orrery.kernel.Allocation;
import orrery.kernel.Backend;

/** The whole forward pass of the model that comes with the repository, token after token. */
final class DecoderAllocationTest {
    private static final Path DEMO = Path.of("..", "demo-model");
    private static final int LENGTH = 100;

    @Test
    void allocatesNothingForATokenOnceCompiled() throws Exception {
        try (var rig = new Rig(DEMO, Backend.named("vector"), 32)) {
            var sequence = rig.sequence();
            sequence.add(IntStream.range(1, LENGTH + 1).toArray());
            rig.run();
            var step = rig.step;
            var token = new int[] {5};
            Runnable next = () -> {
                step.clear();
                step.add(step.addSequence(sequence.pages), token[0], LENGTH, true);
                var logits = rig.decoder.forward(step, rig.cache);
                token[0] = rig.decoder.kernels().argmax(logits, 0);
            };
            assertThat(Allocation.leastBytes(next)).as("bytes a token").isZero();
        }
    }
}
