package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import orrery.catalog.Catalog;
import orrery.format.ModelFile;
import orrery.kernel.Backend;
import orrery.spec.ArchitectureSpec;

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
    void theOneThatIsNamedComputes() {
        assertThat(KernelChoice.of(Optional.of("scalar"), demo(), 11 * MEBIBYTE).name())
                .isEqualTo("scalar");
    }
}
