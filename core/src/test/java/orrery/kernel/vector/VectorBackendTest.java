package orrery.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import orrery.catalog.Catalog;
import orrery.kernel.Backend;
import orrery.kernel.BackendException;
import orrery.kernel.Kernels;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

final class VectorBackendTest {
    @Test
    void isFoundAsAServiceAndPreferredToPlainLoops() {
        assertThat(Backend.general()).extracting(Backend::name).containsSubsequence("vector", "scalar");
        try (var kernels = Backend.named("vector").open(new Backend.Options(2))) {
            assertThat(kernels.description()).contains("Vector API").contains("2 threads");
        }
    }

    @Test
    void refusesAWidthThatNoMachineHasAndASecondWidth() {
        var backend = new VectorBackend();
        int preferred = PreferredWidth.preferredBits();
        backend.open(new Backend.Options(1)).close();
        assertThatThrownBy(() -> backend.open(new Backend.Options(1, OptionalInt.of(96), Optional.empty())))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("96 bits");
        assertThatThrownBy(() -> backend.open(
                        new Backend.Options(1, OptionalInt.of(preferred == 128 ? 512 : 128), Optional.empty())))
                .isInstanceOf(BackendException.class);
    }

    @Test
    void saysWhichFlagAddsAVectorApiThatIsNotThere() throws ReflectiveOperationException {
        var without = new ClassLoader(VectorBackend.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (name.startsWith("jdk.incubator.")) {
                    throw new ClassNotFoundException(name);
                }
                if (!name.startsWith("orrery.kernel.vector.")) {
                    return super.loadClass(name, resolve);
                }
                try (var in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                    var bytes = in == null ? new byte[0] : in.readAllBytes();
                    return defineClass(name, bytes, 0, bytes.length);
                } catch (java.io.IOException exception) {
                    throw new ClassNotFoundException(name, exception);
                }
            }
        };
        var backend = (Backend) without.loadClass(VectorBackend.class.getName())
                .getConstructor()
                .newInstance();
        assertThat(backend.missing())
                .hasValueSatisfying(why -> assertThat(why).contains("--add-modules jdk.incubator.vector"));
    }

    @Test
    void refusesWrongSizesBeforeAnAddressIsMade() {
        try (Kernels kernels = new VectorBackend().open(new Backend.Options(1))) {
            var x = kernels.allocate(2, 16);
            var out = kernels.allocate(2, 8);
            var table = Matrix.of(kernels.allocate(8, 16));
            var weight = kernels.prepare(table);
            kernels.matmul(out, x, weight, 2);
            assertThatThrownBy(() -> kernels.matmul(out, x, weight, 3)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> kernels.matmul(out, x, weight, -1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> kernels.matmul(x, x, weight, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> kernels.matmul(out, out, weight, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> kernels.add(x, out, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> kernels.embed(x, table, new int[] {8}, 1f, 1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> kernels.embed(x, table, new int[] {0}, 1f, 2))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> kernels.read(new float[15], x, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> kernels.argmax(x, 2)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> kernels.gatherRows(out, out, new int[] {2}, 1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> kernels.rmsNorm(x, x, kernels.allocate(1, 5), 0, 1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() ->
                            kernels.rope(x, kernels.allocate(2, 20), 16, 0, orrery.spec.Position.Pairing.HALVES, 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesMemoryOfTheHeapAndMemoryThatWasFreed() {
        try (var kernels = new VectorBackend().open(new Backend.Options(1))) {
            var x = kernels.allocate(1, 4);
            var onHeap = new Tensor(DType.F32, Shape.of(1, 4), MemorySegment.ofArray(new byte[16]));
            assertThatThrownBy(() -> kernels.add(x, onHeap, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("heap");
            Tensor freed;
            try (var arena = java.lang.foreign.Arena.ofConfined()) {
                freed = Tensor.zeros(arena, DType.F32, 1, 4);
            }
            assertThatThrownBy(() -> kernels.add(x, freed, 1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void compilesWhatAModelNeedsOnceAProcess() throws Exception {
        var spec = Catalog.release("gemma-3-270m").orElseThrow().spec();
        try (var arena = java.lang.foreign.Arena.ofConfined()) {
            var products = List.of(Matrix.of(Tensor.zeros(arena, DType.F16, 2, 2)));
            var options = new Backend.Options(1);
            new VectorBackend().warmUp(spec, products, options).get();
            assertThat(new VectorBackend().warmUp(spec, products, options).isDone())
                    .isTrue();
            assertThat(Backend.named("scalar").warmUp(spec, products, options).isDone())
                    .isTrue();
        }
    }

    @Test
    void givesTheSameBitsAgainAndAgain() {
        try (var kernels = new VectorBackend().open(new Backend.Options(3))) {
            var x = kernels.allocate(9, 1100);
            var w = kernels.allocate(300, 1100);
            for (long i = 0; i < 300L * 1100; i++) {
                w.data().setAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, i, (float) Math.sin(i));
                x.data().setAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, i % 9900, (float) Math.cos(i));
            }
            var weight = kernels.prepare(Matrix.of(w));
            var first = kernels.allocate(9, 300);
            var again = kernels.allocate(9, 300);
            for (int rows : new int[] {1, 2, 4, 9}) {
                kernels.matmul(first, x, weight, rows);
                for (int i = 0; i < 50; i++) {
                    kernels.matmul(again, x, weight, rows);
                    assertThat(again.data().mismatch(first.data())).isEqualTo(-1);
                }
            }
        }
    }
}
