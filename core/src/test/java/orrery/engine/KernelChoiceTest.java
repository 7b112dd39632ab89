package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import orrery.catalog.Catalog;
import orrery.format.ModelFile;
import orrery.kernel.Backend;
import orrery.kernel.LoopBackend;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** A small model of plain parts gets plain loops; the choice depends on nothing but the model. */
final class KernelChoiceTest {
    private static final long MEBIBYTE = 1 << 20;

    private static ArchitectureSpec demo() {
        try (var file = ModelFile.open(Demo.MODEL)) {
            return Catalog.open(file).description().spec();
        }
    }

    @Test
    void smallModelsGetLoopsAndLargeOnesTheBestThatWorks() {
        assertThat(KernelChoice.of(Optional.empty(), demo(), 11 * MEBIBYTE).name())
                .isEqualTo("loops");
        assertThat(KernelChoice.of(Optional.empty(), demo(), 100 * MEBIBYTE).name())
                .isEqualTo(Backend.best().name());
    }

    @Test
    void countsWhatCopiesTakeWhateverIsStored() {
        try (var arena = java.lang.foreign.Arena.ofConfined()) {
            for (var dtype : java.util.List.of(DType.F16, DType.BF16)) {
                assertThat(LoopBackend.bytesOfCopy(Matrix.of(Tensor.zeros(arena, dtype, 3, 256))))
                        .isEqualTo(3 * 256 * 2);
            }
            for (var dtype : java.util.List.of(DType.F32, DType.F8_E4M3, DType.Q8_0, DType.Q4_K, DType.MXFP4)) {
                assertThat(LoopBackend.bytesOfCopy(Matrix.of(Tensor.zeros(arena, dtype, 3, 256))))
                        .isEqualTo(3 * 256 * 4);
            }
        }
    }

    @Test
    void theOneThatIsNamedComputes() {
        assertThat(KernelChoice.of(Optional.of("scalar"), demo(), 11 * MEBIBYTE).name())
                .isEqualTo("scalar");
    }

    @Test
    void loopsAreRefusedForModelsThatTheyAreNotMadeFor() {
        var sparse = Catalog.release("qwen3-30b-a3b").orElseThrow().spec();
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> KernelChoice.of(Optional.of("loops"), sparse, 11 * MEBIBYTE))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("the backend \"loops\" runs small dense models, and qwen3-30b-a3b");
        assertThat(KernelChoice.of(Optional.empty(), sparse, 11 * MEBIBYTE).name())
                .isEqualTo(Backend.best().name());
    }

    @Test
    void nothingIsBetterThanTheBest() {
        assertThat(KernelChoice.whyNotBetter(Backend.best())).isEmpty();
        // Here the vector kernels work: that the scalar ones were chosen lacks nothing.
        assertThat(KernelChoice.whyNotBetter(Backend.named("scalar"))).isEmpty();
    }
}
