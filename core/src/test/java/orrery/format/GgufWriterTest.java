package orrery.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.tensor.DType;
import orrery.tensor.Shape;

final class GgufWriterTest {
    @TempDir
    Path directory;

    private static SequencedMap<String, TensorSource> one(String name, TensorSource tensor) {
        SequencedMap<String, TensorSource> tensors = new LinkedHashMap<>();
        tensors.put(name, tensor);
        return tensors;
    }

    private static TensorSource counting(DType dtype, long... dimensions) {
        byte[] bytes = new byte[(int) dtype.bytes(Shape.of(dimensions).elements())];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i + 1);
        }
        return new TensorSource(dtype, Shape.of(dimensions), sink -> sink.write(MemorySegment.ofArray(bytes)));
    }

    @Test
    void writesByteForByteWhatTheFormatSays() throws IOException {
        var path = directory.resolve("a.gguf");
        var metadata = new GgufMetadata()
                .text("general.architecture", "llama")
                .count("llama.block_count", 5)
                .decimal("eps", 1e-5)
                .flag("add", true)
                .texts("words", List.of("é", ""))
                .integers("types", 1, -2)
                .decimals("scores", 0.5f, -1)
                .flags("local", List.of(true, false));
        var tensors = one("norm", counting(DType.F32, 3));
        tensors.put("b.weight", counting(DType.Q8_0, 2, 64));

        GgufWriter.write(path, metadata, tensors);

        // Types: 4 UINT32, 5 INT32, 6 FLOAT32, 7 BOOL, 8 STRING, 9 ARRAY; tensors: 0 F32, 8 Q8_0.
        var expected = new GgufBytes()
                .raw("GGUF")
                .integer(3)
                .number(2)
                .number(8)
                .text("general.architecture")
                .integer(8)
                .text("llama")
                .text("llama.block_count")
                .integer(4)
                .integer(5)
                .text("eps")
                .integer(6)
                .integer(Float.floatToIntBits(1e-5f))
                .text("add")
                .integer(7)
                .bytes(new byte[] {1})
                .text("words")
                .integer(9)
                .integer(8)
                .number(2)
                .text("é")
                .text("")
                .text("types")
                .integer(9)
                .integer(5)
                .number(2)
                .integer(1)
                .integer(-2)
                .text("scores")
                .integer(9)
                .integer(6)
                .number(2)
                .integer(0x3f000000)
                .integer(0xbf800000)
                .text("local")
                .integer(9)
                .integer(7)
                .number(2)
                .bytes(new byte[] {1, 0})
                .tensor("norm", 0, 0, 3)
                .tensor("b.weight", 8, 32, 64, 2)
                .aligned(32);
        for (int i = 1; i <= 12; i++) {
            expected.bytes(new byte[] {(byte) i});
        }
        expected.aligned(32);
        for (int i = 1; i <= 4 * 34; i++) {
            expected.bytes(new byte[] {(byte) i});
        }
        expected.aligned(32);
        assertThat(Files.readAllBytes(path)).isEqualTo(expected.array());
        assertThat(GgufWriter.size(metadata, tensors)).isEqualTo(Files.size(path));
    }

    @Test
    void writesWhatTheReaderReadsBack() {
        var path = directory.resolve("a.gguf");
        SequencedMap<String, TensorSource> tensors = new LinkedHashMap<>();
        for (var dtype : DType.values()) {
            if (GgufTensorType.numberOf(dtype).isPresent()) {
                tensors.put("x." + dtype, counting(dtype, 3, dtype.blocked() ? 256 : 5));
            }
        }
        tensors.put("empty", counting(DType.F32, 0, 5));
        tensors.put("stacked", counting(DType.Q4_0, 2, 3, 64));
        GgufWriter.write(path, new GgufMetadata().text("general.architecture", "x"), tensors);
        try (var file = Gguf.open(path)) {
            assertThat(file.tensors().keySet()).containsExactlyElementsOf(tensors.keySet());
            tensors.forEach((name, source) -> {
                var read = Tensors.named(file.tensors(), name);
                assertThat(read.dtype()).isEqualTo(source.dtype());
                assertThat(read.shape()).isEqualTo(source.shape());
                assertThat(read.data().address() % 32).isZero();
                for (int i = 0; i < read.data().byteSize(); i++) {
                    assertThat(read.data().get(java.lang.foreign.ValueLayout.JAVA_BYTE, i))
                            .isEqualTo((byte) (i + 1));
                }
            });
        }
    }

    @Test
    void copiesTheMetadataOfAFileTypeByType() throws IOException {
        var path = directory.resolve("a.gguf");
        var bytes = new GgufBytes().raw("GGUF").integer(2).number(0).number(6);
        bytes.text("general.alignment").integer(4).integer(64);
        bytes.text("small").integer(0).bytes(new byte[] {(byte) 200});
        bytes.text("large").integer(10).number(-1);
        bytes.text("fine").integer(12).number(Double.doubleToLongBits(0.1));
        bytes.text("many").integer(9).integer(2).number(3).bytes(new byte[] {1, 0, 2, 0, 3, 0});
        bytes.text("gone").integer(8).text("away");
        Files.write(path, bytes.array());

        var metadata = GgufMetadata.of(path);
        assertThat(metadata.keys()).containsExactly("general.alignment", "small", "large", "fine", "many", "gone");
        metadata.remove("gone").remove("general.alignment").count("small", 7).count("new", 8);
        GgufWriter.write(path, metadata, new LinkedHashMap<>());

        var expected = new GgufBytes().raw("GGUF").integer(3).number(0).number(5);
        expected.text("small").integer(4).integer(7);
        expected.text("large").integer(10).number(-1);
        expected.text("fine").integer(12).number(Double.doubleToLongBits(0.1));
        expected.text("many").integer(9).integer(2).number(3).bytes(new byte[] {1, 0, 2, 0, 3, 0});
        expected.text("new").integer(4).integer(8).aligned(32);
        assertThat(Files.readAllBytes(path)).isEqualTo(expected.array());
    }

    @Test
    void refusesWhatTheFormatCannotHold() throws IOException {
        var path = directory.resolve("a.gguf");
        Files.writeString(path, "before");
        refused(path, "x".repeat(64), counting(DType.F32, 1), "has a name of 64 bytes, expected 1 to 63");
        refused(path, "", counting(DType.F32, 1), "has a name of 0 bytes, expected 1 to 63");
        refused(path, "a", counting(DType.F32), "has 0 dimensions, expected 1 to 4");
        refused(path, "a", counting(DType.F32, 1, 1, 1, 1, 1), "has 5 dimensions, expected 1 to 4");
        refused(path, "a", counting(DType.F8_E4M3, 1), "is F8_E4M3, expected one of F64, F32, F16, BF16, I64");
        assertThatThrownBy(() -> GgufWriter.write(path, new GgufMetadata().text("k", "\udfff"), new LinkedHashMap<>()))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("\"k\" holds half of a surrogate pair");
        assertThatThrownBy(() -> new GgufMetadata().count("k", -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GgufWriter.write(
                        path, new GgufMetadata().count("general.alignment", 64), new LinkedHashMap<>()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(path).hasContent("before");
        onlyFile(path);
    }

    private static void refused(Path path, String name, TensorSource tensor, String what) {
        assertThatThrownBy(() -> GgufWriter.write(path, new GgufMetadata(), one(name, tensor)))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith("could not write " + path + ": tensor ")
                .hasMessageContaining(what);
    }

    private void onlyFile(Path... expected) throws IOException {
        try (var left = Files.list(directory)) {
            assertThat(left).containsExactly(expected);
        }
    }

    @Test
    void aFailureHalfWayLeavesNothingBehind() throws IOException {
        var path = directory.resolve("a.gguf");
        var tensors = one("first", counting(DType.F32, 1000));
        tensors.put("second", new TensorSource(DType.F32, Shape.of(9), sink -> {
            sink.write(MemorySegment.ofArray(new byte[20]));
            throw new IOException("No space left on device");
        }));
        assertThatThrownBy(() -> GgufWriter.write(path, new GgufMetadata(), tensors))
                .isInstanceOf(FormatException.class)
                .hasMessage("could not write " + path + ": No space left on device");
        onlyFile();
        tensors.put(
                "second",
                new TensorSource(DType.F32, Shape.of(9), sink -> sink.write(MemorySegment.ofArray(new byte[35]))));
        assertThatThrownBy(() -> GgufWriter.write(path, new GgufMetadata(), tensors))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the tensor second handed over 35 bytes, but F32 [9] takes 36");
        onlyFile();
    }

    @Test
    void saysWhereItCouldNotWrite() throws IOException {
        var absent = directory.resolve("absent/a.gguf");
        assertThatThrownBy(() -> GgufWriter.write(absent, new GgufMetadata(), new LinkedHashMap<>()))
                .isInstanceOf(FormatException.class)
                .hasMessage("could not write " + absent + ": there is no such directory");
        var occupied = Files.createDirectory(directory.resolve("occupied"));
        Files.createDirectory(occupied.resolve("inner"));
        assertThatThrownBy(() -> GgufWriter.write(occupied, new GgufMetadata(), new LinkedHashMap<>()))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith("could not write " + occupied + ": ");
        onlyFile(occupied);
    }

    @Test
    void theSameTensorsGiveTheSameBytes() throws IOException {
        var first = directory.resolve("a.gguf");
        var second = directory.resolve("b.gguf");
        GgufWriter.write(first, new GgufMetadata().count("k", 1), one("a", counting(DType.F16, 7)));
        GgufWriter.write(second, new GgufMetadata().count("k", 1), one("a", counting(DType.F16, 7)));
        assertThat(Files.mismatch(first, second)).isEqualTo(-1);
    }
}
