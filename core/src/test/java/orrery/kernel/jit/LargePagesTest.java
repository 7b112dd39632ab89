package orrery.kernel.jit;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LargePagesTest {
    private static final int FILE_BYTES = (1 << 20) + 4321;

    @TempDir
    private Path folder;

    @Test
    void memoryBeginsAtAMultipleOfTwoMebibytesAndIsFreedWithItsArena() throws IOException {
        Mappings.assumeReadable();
        long bytes = 3 * LargePages.BYTES + 12_345;
        long address;
        try (var arena = Arena.ofShared()) {
            var memory = LargePages.allocate(arena, bytes);
            address = memory.address();

            assertThat(address % LargePages.BYTES).isZero();
            assertThat(memory.byteSize()).isEqualTo(bytes);
            assertThat(memory.get(JAVA_LONG, bytes / 8 * 8 - 8)).isZero();
            memory.fill((byte) 7);
            assertThat(Mappings.rights(address)).isEqualTo("rw-p");
        }
        assertThat(Mappings.rights(address)).isEmpty();
    }

    /** The rest after the last whole large page uses small pages, or a matrix of 100 KB would take 2 MiB. */
    @Test
    void largePagesAreAskedForWhereTheyAreWhole() throws IOException {
        Mappings.assumeReadable();
        assumeTrue(LargePages.missing().isEmpty(), () -> LargePages.missing().orElse(""));
        try (var arena = Arena.ofShared()) {
            var memory = LargePages.allocate(arena, LargePages.BYTES + 100_000);
            var small = LargePages.allocate(arena, 100_000);

            assertThat(Mappings.line(memory.address(), "VmFlags").split(" ")).contains("hg");
            assertThat(Mappings.line(memory.address() + LargePages.BYTES, "VmFlags")
                            .split(" "))
                    .doesNotContain("hg");
            assertThat(Mappings.line(small.address(), "VmFlags").split(" ")).doesNotContain("hg");
        }
    }

    @Test
    void pagesOfAFileThatAreGivenBackAreReadAgain() throws IOException {
        Mappings.assumeReadable();
        var bytes = new byte[FILE_BYTES];
        new SplittableRandom(3).nextBytes(bytes);
        Path file = Files.write(folder.resolve("weights"), bytes);
        try (var channel = FileChannel.open(file, StandardOpenOption.READ);
                var arena = Arena.ofShared()) {
            var mapped = channel.map(MapMode.READ_ONLY, 0, FILE_BYTES, arena);
            assertThat(mapped.toArray(JAVA_BYTE)).isEqualTo(bytes);
            long before = residentKilobytes(mapped);
            LargePages.giveBack(mapped.asSlice(1, FILE_BYTES - 2));
            long after = residentKilobytes(mapped);

            assertThat(before).isGreaterThanOrEqualTo(FILE_BYTES >> 10);
            assertThat(after).isLessThanOrEqualTo(128);
            assertThat(mapped.toArray(JAVA_BYTE)).isEqualTo(bytes);
            LargePages.giveBack(mapped.asSlice(5, 100));
        }
    }

    private static long residentKilobytes(MemorySegment mapped) throws IOException {
        return Long.parseLong(Mappings.line(mapped.address(), "Rss").replaceAll("\\D", ""));
    }

    /** Released pages of anonymous memory, or of a changed file, would come back with other contents. */
    @Test
    void onlyPagesThatCanBeReadAgainAreGivenBack() throws IOException {
        Path file = Files.write(folder.resolve("weights"), new byte[FILE_BYTES]);
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                var arena = Arena.ofShared()) {
            var memory = arena.allocate(FILE_BYTES);
            var changed = channel.map(MapMode.PRIVATE, 0, FILE_BYTES, arena);

            assertThatIllegalArgumentException().isThrownBy(() -> LargePages.giveBack(memory));
            assertThatIllegalArgumentException().isThrownBy(() -> LargePages.giveBack(changed));
        }
    }
}
