package orrery.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static orrery.format.GgufBytes.header;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.tensor.DType;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

final class GgufTest {
    @TempDir
    Path directory;

    @Test
    void readsEveryTypeOfValue() throws IOException {
        try (var file = Gguf.open(Files.write(path(), GgufBytes.assorted()))) {
            assertThat(file.values())
                    .containsEntry("general.architecture", "test")
                    .containsEntry("u8", 200L)
                    .containsEntry("i8", -100L)
                    .containsEntry("u16", 65_535L)
                    .containsEntry("i16", -32_768L)
                    .containsEntry("u32", 4_294_967_295L)
                    .containsEntry("i32", -7L)
                    .containsEntry("f32", 1e-5)
                    .containsEntry("yes", true)
                    .containsEntry("u64", new BigInteger("18446744073709551615"))
                    .containsEntry("i64", -5L)
                    .containsEntry("f64", 0.1);
            var metadata = Metadata.of("model.gguf", file.values());
            assertThat(metadata.texts("texts")).containsExactly("one", "", "drei ½");
            assertThat(metadata.floatArray("scores")).containsExactly(0.1f, Float.NEGATIVE_INFINITY);
            assertThat(metadata.integerArray("types")).containsExactly(1, -2, 3);
            assertThat(metadata.integers("types")).containsExactly(1, -2, 3);
            assertThat(metadata.isList("flags")).isTrue();
            assertThatThrownBy(() -> metadata.decimals("scores"))
                    .hasMessage("model.gguf: scores[1] is -Infinity, expected a finite number");
            assertThatThrownBy(() -> metadata.integer("u64"))
                    .hasMessageContaining("u64 is 18446744073709551615, expected an integer");
        }
    }

    @Test
    void givesShapesOutermostFirstAndMemoryFromTheFileItself() throws IOException {
        Tensor matrix;
        try (var file = Gguf.open(Files.write(path(), GgufBytes.assorted()))) {
            assertThat(file.tensors().keySet()).containsExactly("vector", "matrix", "quantised", "stacked", "empty");
            matrix = Tensors.named(file.tensors(), "matrix");
            assertThat(matrix.shape()).isEqualTo(Shape.of(2, 3));
            assertThat(matrix.dtype()).isEqualTo(DType.F16);
            assertThat(Tensors.bytes(matrix)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
            assertThat(Tensors.named(file.tensors(), "quantised").dtype()).isEqualTo(DType.Q8_0);
            assertThat(Tensors.named(file.tensors(), "quantised").shape()).isEqualTo(Shape.of(3, 64));
            assertThat(Tensors.named(file.tensors(), "stacked").shape()).isEqualTo(Shape.of(5, 2, 3));
            assertThat(Tensors.named(file.tensors(), "stacked").dtype()).isEqualTo(DType.BF16);
            assertThat(Tensors.named(file.tensors(), "empty").data().byteSize()).isZero();
            assertThat(matrix.data().isReadOnly()).isTrue();
        }
        assertThatThrownBy(() -> matrix.data().get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void readsAVersion2FileAndOneWithoutTensorsOrPadding() throws IOException {
        byte[] second = GgufBytes.assorted();
        second[4] = 2;
        try (var file = Gguf.open(Files.write(path(), second))) {
            assertThat(file.tensors()).hasSize(5);
        }
        try (var file = Gguf.open(header(0, 1).key("a", "b").to(path()))) {
            assertThat(file.values()).containsOnlyKeys("a");
            assertThat(file.tensors()).isEmpty();
        }
    }

    @Test
    void takesALastTensorWithoutPadding() {
        try (var file = Gguf.open(
                header(1, 0).tensor("a", 0, 0, 3).aligned(32).zeros(12).to(path()))) {
            assertThat(file.tensors()).containsOnlyKeys("a");
        }
    }

    @Test
    void refusesAnEmptyFileAndOneOfOtherKinds() throws IOException {
        refused(new GgufBytes(), "byte 0: the mark GGUF should take 4 bytes, but only 0 bytes follow");
        refused(
                new GgufBytes().raw("GGUX").zeros(40),
                "byte 4: this is not a GGUF file, expected it to start with" + " GGUF");
        refused(new GgufBytes().raw("tjgg").zeros(40), "a model file of ggml from before GGUF");
        refused(
                new GgufBytes().raw("version https://git-lfs.github.com/spec/v1\n"),
                "model.gguf is a Git LFS pointer and not the file itself");
        assertThatThrownBy(() -> Gguf.open(directory.resolve("absent"))).hasMessageContaining("does not exist");
        assertThatThrownBy(() -> Gguf.open(directory)).hasMessageContaining("is a directory, expected a file");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 'this is GGUF of version 1, expected version 2 or 3'",
        "4, 'this is GGUF of version 4, expected version 2 or 3'",
        "0, 'this is GGUF of version 0, expected version 2 or 3'",
        "-1, 'this is GGUF of version 4294967295, expected version 2 or 3'",
        "50331648, 'this is a big-endian GGUF file, expected a little-endian one'"
    })
    void refusesOtherVersions(int version, String message) {
        refused(new GgufBytes().raw("GGUF").integer(version).number(0).number(0), message);
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 60, Long.MAX_VALUE, -1, 1000})
    void refusesMoreKeysOrTensorsThanTheFileCouldHold(long count) {
        String many = Long.toUnsignedString(count);
        refused(
                header(0, count).zeros(100),
                "the keys should take " + many + " of them, 13 bytes each at least, but only");
        refused(
                header(count, 0).zeros(100),
                "the tensors should take " + many + " of them, 24 bytes each at least, but only");
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 60, Integer.MAX_VALUE, -1, 101})
    void refusesATextOrArrayLongerThanTheFile(long length) {
        String many = Long.toUnsignedString(length);
        refused(header(0, 1).number(length).zeros(100), "byte 32: key 0 should take " + many + " bytes, but only");
        refused(
                header(0, 1).key("a", GgufValue.STRING).number(length).zeros(100),
                "the value of \"a\" should take " + many + " bytes, but only 100 bytes follow");
        for (var type : GgufValue.values()) {
            if (type != GgufValue.ARRAY) {
                refused(
                        header(0, 1)
                                .key("a", GgufValue.ARRAY)
                                .integer(type.ordinal())
                                .number(length)
                                .zeros(100),
                        "the value of \"a\" should take " + many);
            }
        }
    }

    @Test
    void refusesAHeaderLongerThanAnyWithoutReadingIt() throws IOException {
        try (var file = new java.io.RandomAccessFile(path().toFile(), "rw")) {
            file.write(header(0, 1)
                    .key("a", GgufValue.STRING)
                    .number(GgufSource.LONGEST_HEADER)
                    .array());
            file.setLength(2 * GgufSource.LONGEST_HEADER); // sparse
        }
        assertThatThrownBy(() -> Gguf.open(path()))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("a header may take only 268435456");
    }

    @ParameterizedTest
    @ValueSource(ints = {13, -1, 1 << 30})
    void refusesUnknownTypesOfValues(int type) {
        String shown = Integer.toUnsignedString(type);
        refused(
                header(0, 1).text("a").integer(type).zeros(20),
                "the value of \"a\" is of the unknown type " + shown + ", expected 0 to 12");
        refused(
                header(0, 1).key("a", GgufValue.ARRAY).integer(type).zeros(20),
                "an element of the value of \"a\" is of the unknown type " + shown);
    }

    @Test
    void refusesArraysOfArraysOfAnyDepth() {
        var deep = header(0, 1).key("a", GgufValue.ARRAY);
        for (int i = 0; i < 100_000; i++) {
            deep.integer(GgufValue.ARRAY.ordinal()).number(1);
        }
        refused(deep, "the value of \"a\" is an array of arrays, expected texts, numbers or flags");
    }

    @Test
    void refusesNamesGivenTwiceAndEmptyOrEndlessOnes() {
        refused(header(0, 2).key("a", 1).key("a", 1), "the key \"a\" is given twice");
        refused(
                header(2, 0)
                        .tensor("a", 0, 0, 1)
                        .tensor("a", 0, 32, 1)
                        .aligned(32)
                        .zeros(64),
                "tensor \"a\" is given twice");
        refused(header(0, 1).key("", 1), "key 0 has a name of 0 characters, expected 1 to 65535");
        refused(header(0, 1).key("k".repeat(65_536), 1), "key 0 has a name of 65536 characters");
    }

    @Test
    void refusesTextThatIsNotUtf8AndFlagsThatAreNeitherTrueNorFalse() {
        refused(
                header(0, 1).key("a", GgufValue.STRING).number(2).bytes(new byte[] {(byte) 0xC3, 0x28}),
                "the value of \"a\" is not UTF-8");
        refused(
                header(0, 1).key("a", GgufValue.BOOL).bytes(new byte[] {2}),
                "the value of \"a\" holds the byte 2 as a flag, expected 0 or 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 48, -1, 3})
    void refusesAnAlignmentThatIsNoPowerOfTwo(int alignment) {
        refused(
                header(1, 1)
                        .key("general.alignment", alignment)
                        .tensor("a", 0, 0, 1)
                        .zeros(200),
                "general.alignment is " + Integer.toUnsignedString(alignment) + ", expected a power of two");
    }

    @Test
    void refusesAnAlignmentThatIsNoNumber() {
        refused(
                header(0, 1).key("general.alignment", "32"),
                "general.alignment is \"32\" (text), expected a power of two");
    }

    @Test
    void refusesDimensionsThatNoTensorHas() {
        refused(header(1, 0).tensor("a", 0, 0).zeros(100), "tensor \"a\" has 0 dimensions, expected 1 to 4");
        refused(header(1, 0).tensor("a", 0, 0, 1, 1, 1, 1, 1).zeros(100), "has 5 dimensions, expected 1 to 4");
        refused(header(1, 0).text("a").integer(-1).zeros(100), "has 4294967295 dimensions");
        refused(
                header(1, 0).tensor("a", 0, 0, 2, -1).zeros(100),
                "tensor \"a\" has a dimension of 18446744073709551615, more than 2^63");
        refused(
                header(1, 0).tensor("a", 0, 0, 1L << 31, 1L << 31, 2).zeros(100),
                "tensor \"a\" is F32 [2, 2147483648, 2147483648], more than 2^63 bytes");
        refused(header(1, 0).tensor("a", 8, 0, 1L << 62, 1L << 2).zeros(100), "more than 2^63 bytes");
    }

    @ParameterizedTest
    @CsvSource({"8, 33, Q8_0, 32", "12, 32, Q4_K, 256", "39, 16, MXFP4, 32"})
    void refusesRowsThatAreNoWholeNumberOfBlocks(int type, long columns, String name, int block) {
        refused(
                header(1, 0).tensor("a", type, 0, columns, 32).aligned(32).zeros(4096),
                "tensor \"a\" has rows of " + columns + " elements, not a whole number of " + name + " blocks of "
                        + block);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "4 | stored as Q4_2, which ggml has removed | use the same model in Q4_0",
                "33 | stored as Q4_0_8_8, which ggml has removed | use the same model in Q4_0",
                "36 | stored as IQ4_NL_4_4, which ggml has removed | use the same model in IQ4_NL",
                "43 | of the unknown type 43 | the type may be newer than this program",
                "-1 | of the unknown type 4294967295 | the type may be newer than this program"
            })
    void refusesTypesOfTensorsByNameButReadsWhatSuchAFileSays(int type, String words, String advice) {
        var bytes = header(1, 1).key("key", "value").tensor("a", type, 0, 256).zeros(500);
        refused(
                bytes,
                "tensor \"a\" is " + words
                        + ", expected one of F64, F32, F16, BF16, I64, I32, I16, I8, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1,"
                        + " Q4_K, Q5_K, Q6_K, IQ4_NL, MXFP4, Q1_0, Q2_0, Q2_K, Q3_K, IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S,"
                        + " IQ3_XXS, IQ3_S, IQ4_XS, TQ1_0, TQ2_0, NVFP4; "
                        + advice);
        assertThat(ModelFile.readMetadata(path()).text("key")).isEqualTo("value");
    }

    @ParameterizedTest
    @CsvSource({"9, Q8_1, 576", "15, Q8_K, 584"})
    void listsTensorsOfTypesThatAreKnownBySizeAlone(int type, String name, int rowBytes) {
        header(2, 0)
                .tensor("a", type, 0, 512, 3)
                .tensor("b", 0, Math.ceilDiv(3 * rowBytes, 32) * 32L, 1)
                .aligned(32)
                .zeros(3 * rowBytes)
                .aligned(32)
                .zeros(4)
                .to(path());
        try (var file = Gguf.open(path())) {
            assertThat(file.tensors()).containsOnlyKeys("b");
            assertThat(file.foreignTensors())
                    .isEqualTo(Map.of("a", new ForeignTensor(name, Shape.of(3, 512), 3L * rowBytes)));
        }
        refused(
                header(1, 0).tensor("a", type, 0, 512, 3).aligned(32).zeros(3 * rowBytes - 1),
                "tensor \"a\" is " + name + " [3, 512], which takes " + 3 * rowBytes + " bytes");
    }

    @Test
    void refusesTensorsThatAreMisalignedOverlapLeaveHolesOrLeaveTheFile() {
        refused(
                header(1, 0).tensor("a", 0, 4, 1).aligned(32).zeros(64),
                "tensor \"a\" begins at byte 4 of the data, expected a multiple of the alignment, 32");
        refused(
                header(1, 0).tensor("a", 0, -32, 1).aligned(32).zeros(64),
                "tensor \"a\" begins at byte 18446744073709551584 of the data");
        refused(
                header(2, 0)
                        .tensor("b", 0, 0, 3)
                        .tensor("a", 0, 0, 2)
                        .aligned(32)
                        .zeros(64),
                "tensor \"b\" begins at byte 0 of the data and overlaps tensor \"a\", which ends at 8");
        refused(
                header(2, 0)
                        .tensor("a", 0, 0, 9)
                        .tensor("b", 0, 32, 1)
                        .aligned(32)
                        .zeros(64),
                "tensor \"b\" begins at byte 32 of the data and overlaps tensor \"a\", which ends at 36");
        refused(
                header(2, 0)
                        .tensor("a", 0, 0, 8)
                        .tensor("b", 0, 64, 1)
                        .aligned(32)
                        .zeros(96),
                "32 bytes between tensor \"a\" and tensor \"b\" belong to no tensor");
        refused(
                header(1, 0).tensor("a", 0, 32, 1).aligned(32).zeros(64),
                "32 bytes between the header and tensor \"a\" belong to no tensor");
        refused(
                header(1, 0).tensor("a", 0, 0, 1).aligned(32).zeros(36),
                "32 bytes after tensor \"a\" belong to no tensor");
        refused(
                header(1, 0).tensor("a", 0, 0, 3).aligned(32).zeros(11),
                "tensor \"a\" is F32 [3], which takes 12 bytes from byte 0 of the data, but the file holds only 11");
        refused(
                header(1, 0).tensor("a", 0, 1L << 62, 3).aligned(32).zeros(64),
                "from byte 4611686018427387904 of the data, but the file holds only 64");
        refused(header(1, 0).tensor("a", 0, 0, 1), "but the file holds only 0; it is truncated");
    }

    @Test
    void refusesAFileCutOffAnywhere() throws IOException {
        byte[] whole = GgufBytes.assorted();
        // The last tensor is empty, and the one before it ends four bytes before the file does.
        for (int length = 0; length < whole.length - 4; length++) {
            Files.write(path(), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Gguf.open(path()))
                    .as("cut to %s bytes", length)
                    .isInstanceOf(FormatException.class)
                    .hasMessageStartingWith(path().toString());
        }
    }

    private Path path() {
        return directory.resolve("model.gguf");
    }

    private void refused(GgufBytes bytes, String message) {
        bytes.to(path());
        assertThatThrownBy(() -> Gguf.open(path()))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith(path().toString())
                .hasMessageContaining(message);
    }
}
