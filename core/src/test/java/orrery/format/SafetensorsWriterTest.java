package orrery.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.tensor.DType;
import orrery.tensor.Tensor;

final class SafetensorsWriterTest {
    @TempDir
    Path directory;

    @Test
    void writesWhatTheReaderReadsBack() {
        Path path = directory.resolve("out.safetensors");
        Map<String, Tensor> tensors = Tensors.assorted();
        SafetensorsWriter.write(path, tensors, Map.of("format", "pt", "note", "a \"quoted\"\nline"));
        try (Safetensors file = Safetensors.open(path)) {
            assertThat(file.metadata()).isEqualTo(Map.of("format", "pt", "note", "a \"quoted\"\nline"));
            assertThat(file.tensors()).containsOnlyKeys(tensors.keySet());
            tensors.forEach((name, tensor) -> {
                Tensor read = Tensors.named(file.tensors(), name);
                assertThat(read.dtype()).isEqualTo(tensor.dtype());
                assertThat(read.shape()).isEqualTo(tensor.shape());
                assertThat(Tensors.bytes(read)).isEqualTo(Tensors.bytes(tensor));
            });
        }
    }

    @Test
    void takesATensorInPiecesOfAnyLength() {
        Path path = directory.resolve("out.safetensors");
        byte[] bytes = new byte[4 << 20];
        new java.util.Random(1).nextBytes(bytes);
        MemorySegment all = MemorySegment.ofArray(bytes);
        TensorSource source = new TensorSource(DType.U8, orrery.tensor.Shape.of(bytes.length), sink -> {
            long from = 0;
            for (long length : new long[] {1, 700, 1 << 20, 0, (1 << 20) - 3, 5, (1 << 20) + 1}) {
                sink.write(all.asSlice(from, length));
                from += length;
            }
            sink.write(all.asSlice(from));
        });
        SafetensorsWriter.writeSources(path, Map.of("a", source), Map.of());
        try (Safetensors file = Safetensors.open(path)) {
            assertThat(Tensors.named(file.tensors(), "a").data().mismatch(all)).isEqualTo(-1);
        }
    }

    @Test
    void aSourceThatHandsOverTooLittleOrFailsLeavesNothing() throws IOException {
        Path path = directory.resolve("out.safetensors");
        TensorSource brief = new TensorSource(
                DType.U8, orrery.tensor.Shape.of(9), sink -> sink.write(MemorySegment.ofArray(new byte[8])));
        TensorSource failing = new TensorSource(DType.U8, orrery.tensor.Shape.of(9), _ -> {
            throw new IOException("No space left on device");
        });
        assertThatThrownBy(() -> SafetensorsWriter.writeSources(path, Map.of("a", brief), Map.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the tensor a handed over 8 bytes, but U8 [9] takes 9");
        assertThatThrownBy(() -> SafetensorsWriter.writeSources(path, Map.of("a", failing), Map.of()))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("No space left on device");
        try (var left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void alignsTheHeaderAndEveryTensorToItsElements() throws IOException {
        Path path = directory.resolve("out.safetensors");
        SafetensorsWriter.write(path, Tensors.assorted());
        long header = ByteBuffer.wrap(Files.readAllBytes(path))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        assertThat(header % 8).isZero();
        try (Safetensors file = Safetensors.open(path)) {
            assertThat(file.tensors().values())
                    .allSatisfy(tensor -> assertThat(
                                    tensor.data().address() % tensor.dtype().bytes())
                            .isZero());
        }
    }

    @Test
    void writesTheSameBytesForTheSameTensors() throws IOException {
        Path one = directory.resolve("one.safetensors");
        Path other = directory.resolve("other.safetensors");
        SafetensorsWriter.write(one, Tensors.assorted());
        SafetensorsWriter.write(other, Tensors.assorted());
        assertThat(Files.mismatch(one, other)).isEqualTo(-1);
    }

    @Test
    void writesATensorOverTheFileItIsMappedFrom() {
        Path path = directory.resolve("out.safetensors");
        SafetensorsWriter.write(path, Map.of("a", Tensors.counting(DType.F32, 7)));
        try (Safetensors before = Safetensors.open(path)) {
            SafetensorsWriter.write(path, Map.of("b", Tensors.named(before.tensors(), "a")));
            try (Safetensors after = Safetensors.open(path)) {
                assertThat(Tensors.bytes(Tensors.named(after.tensors(), "b")))
                        .isEqualTo(Tensors.bytes(Tensors.named(before.tensors(), "a")));
            }
        }
    }

    @Test
    void leavesTheOldFileAndNoOtherWhenItRefuses() throws IOException {
        Path path = directory.resolve("out.safetensors");
        SafetensorsWriter.write(path, Map.of());
        byte[] before = Files.readAllBytes(path);
        assertThatThrownBy(() -> SafetensorsWriter.write(path, Map.of("__metadata__", Tensors.counting(DType.U8, 1))))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("no tensor may be named __metadata__");
        assertThatThrownBy(() -> SafetensorsWriter.write(path, Map.of("\ud800", Tensors.counting(DType.U8, 1))))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("half of a surrogate pair");
        assertThatThrownBy(() -> SafetensorsWriter.write(path, Map.of(), Map.of("key", "\udfff")))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("half of a surrogate pair");
        assertThat(Files.readAllBytes(path)).isEqualTo(before);
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void saysWhereItCouldNotWrite() throws IOException {
        Path absent = directory.resolve("absent/out.safetensors");
        assertThatThrownBy(() -> SafetensorsWriter.write(absent, Map.of()))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith("could not write " + absent);
        Path occupied = directory.resolve("occupied");
        Files.createDirectories(occupied.resolve("inner"));
        assertThatThrownBy(() -> SafetensorsWriter.write(occupied, Map.of()))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith("could not write " + occupied);
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(occupied);
        }
    }
}
