package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import orrery.catalog.Catalog;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/**
 * A small model without special parts gets plain loops, others the best backend that works; the choice depends only on
 * the model.
 */
final class BackendChoiceTest {
    private static final Optional<String> NO_NAME = Optional.empty();

    private final ArchitectureSpec dense =
            Catalog.release("gemma-3-270m").orElseThrow().spec();
    private final ArchitectureSpec sparse =
            Catalog.release("qwen3-30b-a3b").orElseThrow().spec();

    /** So many times 2 MiB of BF16, which are not read. */
    private static List<Matrix> products(int count) {
        var memory = MemorySegment.NULL.reinterpret(2 << 20);
        return java.util.Collections.nCopies(
                count, new Matrix(DType.BF16, 1 << 10, 1 << 10, Matrix.Layout.OUT_IN, 1 << 10, memory));
    }

    @Test
    void smallModelsGetLoopsAndLargeOnesTheBestThatWorks() {
        assertThat(BackendChoice.of(NO_NAME, dense, products(12), false)
                        .backend()
                        .name())
                .isEqualTo("loops");
        assertThat(BackendChoice.of(NO_NAME, dense, products(13), false)
                        .backend()
                        .name())
                .isEqualTo(Backend.best().name());
        assertThat(BackendChoice.of(NO_NAME, sparse, products(1), false)
                        .backend()
                        .name())
                .isEqualTo(Backend.best().name());
    }

    @Test
    void theOneThatIsNamedComputes() {
        var choice = BackendChoice.of(Optional.of("scalar"), dense, products(1), false);
        assertThat(choice.backend().name()).isEqualTo("scalar");
        assertThat(choice.nothingFaster()).isEmpty();
    }

    @Test
    void oneThatDoesNotTakeTheModelIsRefusedWithTheReasonAndThoseThatDo() {
        assertThatThrownBy(() -> BackendChoice.of(Optional.of("loops"), sparse, products(1), false))
                .isInstanceOf(BackendException.class)
                .hasMessageStartingWith(
                        "the backend \"loops\" does not take this model: it runs small dense models, and"
                                + " qwen3-30b-a3b has more to it; expected ")
                .hasMessageEndingWith("vector or scalar");
        assertThatThrownBy(() -> BackendChoice.of(Optional.of("loops"), dense, products(13), false))
                .hasMessageContaining("would take 27262976 bytes, more than 25165824");
        assertThatThrownBy(() -> BackendChoice.of(Optional.of("loop"), dense, products(1), false))
                .hasMessage("there is no backend \"loop\", expected one of loops, jit, vector, scalar");
    }

    /** A backend that this machine does not have. */
    private record Absent(String name, Optional<String> refusal) implements Backend {
        @Override
        public int preference() {
            return 0;
        }

        @Override
        public Optional<String> missing() {
            return Optional.of("it was never built");
        }

        @Override
        public Optional<String> refusal(ArchitectureSpec spec, List<Matrix> products) {
            return refusal;
        }

        @Override
        public Kernels unchecked(Options options) {
            throw new AssertionError("was opened");
        }
    }

    @Test
    void saysWhatAFasterOneLacksUnlessItWouldNotTakeTheModel() {
        var wanting = new Absent("quick", Optional.empty());
        var refusing = new Absent("choosy", Optional.of("too large"));
        var choice = BackendChoice.of(List.of(refusing, wanting, new ScalarBackend()), dense, products(1));
        assertThat(choice.backend()).isInstanceOf(ScalarBackend.class);
        assertThat(choice.nothingFaster()).isEqualTo("; not quick: it was never built");
        assertThatThrownBy(() -> BackendChoice.of(List.of(wanting, refusing), dense, products(1)))
                .hasMessage("no backend can be used on this machine; not quick: it was never built");
    }

    /** A small model's loops cannot round activations, so another backend runs it. */
    @Test
    void whatCannotRoundActivationsIsNotChosenToDoSo() {
        var jit = Backend.named("jit");
        assumeTrue(jit.missingForBf16().isEmpty(), () -> String.valueOf(jit.missingForBf16()));
        assertThat(BackendChoice.of(NO_NAME, dense, products(1), true).backend().name())
                .isEqualTo("jit");
    }

    @Test
    void whatCannotRoundActivationsIsRefused() {
        var options = new Backend.Options(1).withBf16Activations(true);
        for (String name : List.of("loops", "scalar")) {
            assertThatThrownBy(() -> Backend.named(name).open(options))
                    .isInstanceOf(BackendException.class)
                    .hasMessage(
                            "the backend \"" + name + "\" cannot round activations to BF16: it only multiplies floats");
        }
    }

    @Test
    void nothingIsFasterThanTheBest() {
        assertThat(BackendChoice.of(NO_NAME, dense, products(13), false).nothingFaster())
                .isEmpty();
        assertThat(BackendChoice.of(NO_NAME, dense, products(1), false).nothingFaster())
                .isEmpty();
    }
}
