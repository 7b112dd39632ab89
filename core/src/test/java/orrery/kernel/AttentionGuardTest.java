package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.kernel.AttentionRig.Shape;
import orrery.kernel.jit.GuardedMemory;
import orrery.spec.Heads;
import orrery.spec.Reach;
import orrery.tensor.KvType;

/**
 * Attention over a cache whose slabs lie between inaccessible pages: a read or write too far beyond a slab ends the
 * JVM.
 */
final class AttentionGuardTest {
    private static final int[] SIZES = {1, 3, 16, 20, 31, 32, 33, 40, 64, 80};
    private static final int[] PAGE_SIZES = {1, 4, 5, 64};
    private static final int PAGES = 2;

    static Stream<Named<VectorWidths.Opening>> backends() {
        return VectorWidths.andMachineCode();
    }

    /** Memory between inaccessible pages. */
    private record Guarded(GuardedMemory memory, Arena arena) implements Arena {
        Guarded() {
            this(new GuardedMemory(), Arena.ofShared());
        }

        @Override
        public MemorySegment allocate(long bytes, long alignment) {
            return memory.allocate(bytes);
        }

        @Override
        public MemorySegment.Scope scope() {
            return arena.scope();
        }

        @Override
        public void close() {
            memory.close();
            arena.close();
        }
    }

    private static List<Shape> shapes(int pageSize, KvType type) {
        var shapes = new ArrayList<Shape>();
        for (int size : SIZES) {
            shapes.add(new Shape(new Heads(4, 2, size), Reach.FULL, pageSize, type));
            shapes.add(new Shape(new Heads(7, 1, 24), size, false, Reach.FULL, 0, pageSize, type));
            shapes.add(new Shape(new Heads(5, 1, size), Math.max(1, size - 3), true, Reach.FULL, 0, pageSize, type));
        }
        return shapes;
    }

    @ParameterizedTest
    @MethodSource("backends")
    void readsNoFurtherBehindASlabThanBelongsToIt(VectorWidths.Opening opening) {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "mmap and mprotect are called as on Linux");
        try (var kernels = opening.open()) {
            for (var type : KvType.values()) {
                for (int pageSize : PAGE_SIZES) {
                    for (var shape : shapes(pageSize, type)) {
                        assertThat(filled(kernels, shape, new Guarded()))
                                .as("%s", shape)
                                .isEqualTo(filled(kernels, shape, Arena.ofShared()));
                    }
                }
            }
        }
    }

    /** The outputs of all rows of a prompt that fills a cache to its last slot, and of the last row once more. */
    private static List<List<Float>> filled(Kernels kernels, Shape shape, Arena memory) {
        int length = PAGES * shape.pageSize();
        try (var rig = AttentionRig.filling(kernels, shape, PAGES, memory)) {
            rig.add(0, 0, length);
            var mixed = new ArrayList<>(rig.run());
            rig.add(0, length - 1, length);
            mixed.addAll(rig.run());
            return mixed.stream().map(AttentionGuardTest::list).toList();
        }
    }

    private static List<Float> list(float[] numbers) {
        var list = new ArrayList<Float>();
        for (float number : numbers) {
            list.add(number);
        }
        return list;
    }
}
