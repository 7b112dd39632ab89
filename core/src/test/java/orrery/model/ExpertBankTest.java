package orrery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.format.ModelFile;
import orrery.kernel.Backend;
import orrery.spec.Experts;
import orrery.tensor.Tensor;

/** Whole, fused, transposed and block-scaled experts give the same bits from a copy as from their file. */
final class ExpertBankTest {

    static Stream<Arguments> everySparseCheckpointOnEveryBackend() {
        return Goldens.all().stream()
                .filter(ExpertBankTest::sparse)
                .flatMap(checkpoint -> Backend.general().stream()
                        .map(backend -> Arguments.argumentSet(
                                checkpoint.getFileName() + " on " + backend.name(), checkpoint, backend)));
    }

    private static boolean sparse(Path checkpoint) {
        try (var file = ModelFile.open(checkpoint)) {
            return Catalog.open(file).description().spec().layers().stream()
                    .anyMatch(layer -> layer.feedForward().op() instanceof Experts);
        }
    }

    private static List<float[]> logits(Rig rig, int[] prompt) {
        rig.sequence().add(prompt);
        return rig.run();
    }

    @ParameterizedTest
    @MethodSource("everySparseCheckpointOnEveryBackend")
    void givesTheSameBitsFromCopies(Path checkpoint, Backend backend) {
        assumeTrue(backend.missing().isEmpty(), () -> backend.name() + " is missing: " + backend.missing());
        try (var golden = new Golden(checkpoint);
                var rig = new Rig(checkpoint, backend, 4);
                var arena = Arena.ofShared()) {
            int[] prompt = golden.prompt(0);
            var stored = logits(rig, prompt);
            var copies = new ArrayList<java.lang.foreign.MemorySegment>();
            assertThat(rig.decoder.experts()).isNotEmpty();
            for (var bank : rig.decoder.experts()) {
                for (int expert = 0; expert < bank.count(); expert++) {
                    // Exactly the requested size: a copy that needs more fails.
                    var memory = arena.allocate(bank.bytes(expert), Tensor.ALIGNMENT);
                    bank.copy(expert, memory);
                    copies.add(memory);
                }
            }
            assertSame(logits(rig, prompt), stored);
            // The copies are what is read: if they are cleared, the output changes.
            copies.forEach(memory -> memory.fill((byte) 0));
            assertThat(logits(rig, prompt).getLast()).isNotEqualTo(stored.getLast());
            for (var bank : rig.decoder.experts()) {
                for (int expert = 0; expert < bank.count(); expert++) {
                    bank.restore(expert);
                }
            }
            assertSame(logits(rig, prompt), stored);
        }
    }

    private static void assertSame(List<float[]> actual, List<float[]> expected) {
        for (int p = 0; p < expected.size(); p++) {
            assertThat(actual.get(p)).as("position %d", p).isEqualTo(expected.get(p));
        }
    }
}
