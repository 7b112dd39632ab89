package orrery.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.tensor.DType;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

final class SafetensorsTest {
    private static final Path GOLDENS = Path.of("src/test/resources/goldens");
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void nameTheFile() {
        path = directory.resolve("model.safetensors");
    }

    @Test
    void readsTensorsWhereTheHeaderPutsThem() {
        String header = """
                {"b": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]}, "__metadata__": {"format": "pt", "x": ""},
                 "a": {"shape": [], "data_offsets": [0, 4], "dtype": "I32"}}   """;
        try (Safetensors file = Safetensors.open(Tensors.file(path, header, 12))) {
            assertThat(file.tensors().keySet()).containsExactly("a", "b");
            Tensor scalar = Tensors.named(file.tensors(), "a");
            assertThat(scalar.dtype()).isEqualTo(DType.I32);
            assertThat(scalar.shape()).isEqualTo(Shape.of());
            assertThat(Tensors.named(file.tensors(), "b").shape()).isEqualTo(Shape.of(2));
            assertThat(file.metadata())
                    .containsEntry("format", "pt")
                    .containsEntry("x", "")
                    .hasSize(2);
            assertThat(file.file()).isEqualTo(path);
        }
    }

    @Test
    void readsBrainFloatsAsPythonWroteThem() {
        try (Safetensors file = Safetensors.open(GOLDENS.resolve("llama-3.2-bf16/model.safetensors"))) {
            assertThat(file.metadata()).containsEntry("format", "pt");
            Tensor embeddings = Tensors.named(file.tensors(), "model.embed_tokens.weight");
            assertThat(embeddings.dtype()).isEqualTo(DType.BF16);
            assertThat(embeddings.shape()).isEqualTo(Shape.of(320, 64));
            assertThat(brainFloat(embeddings, 0)).isEqualTo(0.0546875f);
            assertThat(brainFloat(embeddings, 1)).isEqualTo(0.046142578125f);
            assertThat(brainFloat(embeddings, 320 * 64 - 1)).isEqualTo(-0.031982421875f);
        }
    }

    private static float brainFloat(Tensor tensor, long index) {
        var half = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        return Float.intBitsToFloat(tensor.data().get(half, index * 2) << 16);
    }

    @Test
    void readsEightBitFloats() {
        try (Safetensors file = Safetensors.open(GOLDENS.resolve("deepseek-v3-fp8/model.safetensors"))) {
            assertThat(file.tensors().values())
                    .extracting(Tensor::dtype)
                    .contains(DType.F8_E4M3, DType.F32, DType.BF16);
        }
    }

    @Test
    void readsTensorsThatBeginAtOddBytes() {
        byte[] header = """
                {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}""".getBytes(StandardCharsets.UTF_8);
        try (Safetensors file = Safetensors.open(Tensors.file(path, header, 5))) {
            assertThat(Tensors.named(file.tensors(), "b").data().get(FLOAT, 0)).isZero();
        }
    }

    @Test
    void readsFilesWithoutTensorsAndTensorsWithoutElements() {
        try (Safetensors file = Safetensors.open(Tensors.file(path, "{}", 0))) {
            assertThat(file.tensors()).isEmpty();
        }
        String header = """
                {"a":{"dtype":"F32","shape":[2,0,3],"data_offsets":[0,0]},"b":{"dtype":"I8","shape":[3],"data_offsets":[0,3]},
                 "c":{"dtype":"F64","shape":[0],"data_offsets":[3,3]}}""";
        try (Safetensors file = Safetensors.open(Tensors.file(path, header, 3))) {
            assertThat(file.tensors()).hasSize(3);
            assertThat(Tensors.named(file.tensors(), "a").data().byteSize()).isZero();
        }
    }

    @Test
    void mapsMoreThanTwoGibibytes() throws IOException {
        long elements = (3L << 30) + 1;
        String header =
                "{\"a\":{\"dtype\":\"I8\",\"shape\":[%d],\"data_offsets\":[0,%d]}}".formatted(elements, elements);
        Tensors.file(path, header, 0);
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.setLength(sparse.length() + elements);
            sparse.seek(sparse.length() - 1);
            sparse.write(42);
        }
        try (Safetensors file = Safetensors.open(path)) {
            assertThat(Tensors.named(file.tensors(), "a").data().get(ValueLayout.JAVA_BYTE, elements - 1))
                    .isEqualTo((byte) 42);
        }
    }

    @Test
    void refusesAccessAfterCloseAndClosesTwice() {
        Safetensors file = Safetensors.open(Tensors.file(path, one("U8", "[1]", "[0, 1]"), 1));
        Tensor tensor = Tensors.named(file.tensors(), "a");
        file.close();
        file.close();
        assertThatThrownBy(() -> tensor.data().get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void givesMemoryThatNobodyCanWrite() {
        try (Safetensors file = Safetensors.open(Tensors.file(path, one("U8", "[1]", "[0, 1]"), 1))) {
            assertThat(Tensors.named(file.tensors(), "a").data().isReadOnly()).isTrue();
        }
    }

    @Test
    void refusesAFileTooShortForAHeaderLength() throws IOException {
        Files.write(path, new byte[7]);
        refused("is 7 bytes long, but a safetensors file begins with 8 bytes of header length");
        Files.write(path, new byte[0]);
        refused("is 0 bytes long");
    }

    @Test
    void refusesAHeaderLongerThanTheFile() throws IOException {
        Files.write(path, length(100).put(8, (byte) '{').array());
        refused("the header should be 100 bytes long, but only 1 follow");
        Files.write(path, length(-1).array());
        refused("the header should be 18446744073709551615 bytes long");
    }

    @Test
    void refusesAHeaderLongerThanTheFormatAllows() throws IOException {
        Files.write(path, length(Safetensors.LONGEST_HEADER + 1).array());
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.setLength(Safetensors.LONGEST_HEADER + 100);
        }
        refused("the header should be 100000001 bytes long, more than the 100000000 that the format allows");
    }

    @Test
    void refusesAHeaderThatIsNoObject() {
        for (String header : new String[] {"", " {}", "[]", "\"a\"", "\u0000{}", "\uFEFF{}"}) {
            Tensors.file(path, header, 0);
            refused("the header does not start with {");
        }
    }

    @Test
    void refusesAHeaderThatIsNoJson() {
        refused("{\"a\": oops}", 0, "model.safetensors, header, line 1, column");
        refused("{\"a\": {}", 0, "lacks dtype, shape, data_offsets");
        refused("{", 0, "header, line 1, column");
        refused("{} {}", 0, "something follows the JSON value");
        Tensors.file(path, "{\"ä\": 1}".getBytes(StandardCharsets.ISO_8859_1), 0);
        refused("not UTF-8");
        Tensors.file(path, "{}".getBytes(StandardCharsets.UTF_16LE), 0);
        refused("header, line 1, column");
    }

    @Test
    void refusesAnUnknownDtypeAndListsTheKnown() {
        refused(
                one("U32", "[1]", "[0, 4]"),
                4,
                "tensor \"a\": unknown dtype \"U32\", expected one of F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64, I32, I16,"
                        + " I8, U8, BOOL");
        refused(one("U32", "[1]", "[0, 4]").replace("\"U32\"", "5"), 4, "tensor \"a\": dtype is not a text");
    }

    @Test
    void refusesShapesThatAreNegativeOrOverflowOrNotIntegers() {
        refused(one("U8", "[-1]", "[0, 1]"), 1, "tensor \"a\": shape holds -1, expected nothing negative");
        refused(
                one("F32", "[4294967296, 4294967296]", "[0, 4]"),
                4,
                "tensor \"a\" is F32 [4294967296, 4294967296], more than 2^63 bytes");
        refused(one("F32", "[4611686018427387904]", "[0, 4]"), 4, "more than 2^63 bytes");
        refused(one("U8", "[18446744073709551616]", "[0, 1]"), 1, "shape holds something that is not an integer below");
        refused(one("U8", "[1.0]", "[0, 1]"), 1, "shape holds something that is not an integer");
        refused(one("U8", "[\"1\"]", "[0, 1]"), 1, "shape holds something that is not an integer");
        refused(one("U8", "1", "[0, 1]"), 1, "shape is not a list");
    }

    @Test
    void refusesOffsetsOutOfRange() {
        refused(
                one("U8", "[9]", "[0, 9]"),
                8,
                "ends at byte 9 of the data, but the file holds only 8; it is truncated");
        refused(one("U8", "[1]", "[-1, 0]"), 8, "data_offsets holds -1, expected nothing negative");
        refused(one("U8", "[1]", "[2, 1]"), 8, "data_offsets 2 to 1, expected them in ascending order");
        refused(one("U8", "[1]", "[0]"), 8, "data_offsets has 1 numbers, expected 2");
        refused(one("U8", "[1]", "[0, 1, 2]"), 8, "data_offsets has 3 numbers, expected 2");
        refused(one("U8", "[1]", "[0, 9223372036854775807]"), 8, "ends at byte 9223372036854775807");
    }

    @Test
    void refusesOffsetsThatDisagreeWithShapeAndDtype() {
        refused(
                one("F16", "[2, 3]", "[0, 13]"),
                13,
                "tensor \"a\" is F16 [2, 3], which takes 12 bytes, but its data_offsets span 13");
    }

    @Test
    void refusesTensorsThatOverlap() {
        refused(two("[0, 4]", "[3, 7]"), 7, "tensor \"b\" begins at byte 3 of the data and overlaps tensor \"a\"");
        refused(two("[0, 4]", "[0, 4]"), 4, "overlaps tensor");
    }

    @Test
    void refusesHolesBeforeBetweenAndAfterTensors() {
        refused(two("[0, 4]", "[5, 9]"), 9, "1 bytes between tensor \"a\" and tensor \"b\" belong to no tensor");
        refused(two("[2, 6]", "[6, 10]"), 10, "2 bytes between the header and tensor \"a\" belong to no tensor");
        refused(two("[0, 4]", "[4, 8]"), 11, "3 bytes after tensor \"b\" belong to no tensor");
        refused("{}", 1, "1 bytes after the header belong to no tensor");
    }

    @Test
    void refusesNamesGivenTwice() {
        refused(two("[0, 4]", "[4, 8]").replace("\"b\"", "\"a\""), 8, "the name \"a\" is given twice");
        refused(one("U8", "[1], \"shape\": [1]", "[0, 1]"), 1, "tensor \"a\": \"shape\" is given twice");
        refused("{\"__metadata__\": {}, \"__metadata__\": {}}", 0, "the name \"__metadata__\" is given twice");
        refused("{\"__metadata__\": {\"a\": \"1\", \"a\": \"1\"}}", 0, "__metadata__: \"a\" is given twice");
    }

    @Test
    void refusesEntriesThatAreMalformed() {
        refused("{\"a\": 1}", 0, "tensor \"a\" is not an object, expected dtype, shape and data_offsets");
        refused("{\"a\": {\"dtype\": \"U8\", \"shape\": []}}", 1, "tensor \"a\" lacks data_offsets");
        refused(one("U8", "[1], \"stride\": [1]", "[0, 1]"), 1, "tensor \"a\": unknown key \"stride\"");
    }

    @Test
    void refusesMetadataThatHoldsMoreThanTexts() {
        Tensors.file(path, "{\"__metadata__\": null}", 0);
        try (var file = Safetensors.open(path)) {
            assertThat(file.metadata()).isEmpty();
        }
        refused("{\"__metadata__\": []}", 0, "__metadata__ is not an object, expected texts by name");
        refused("{\"__metadata__\": {\"a\": 1}}", 0, "__metadata__: \"a\" is not a text");
        refused("{\"__metadata__\": {\"a\": null}}", 0, "__metadata__: \"a\" is not a text");
    }

    @Test
    void knowsAGitPointerWhenItSeesOne() throws IOException {
        Files.writeString(path, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
        refused("is a Git LFS pointer and not the file itself");
    }

    @Test
    void refusesWhatIsNoReadableFile() throws IOException {
        refused("model.safetensors does not exist");
        assertThatThrownBy(() -> Safetensors.open(directory)).hasMessageContaining("is a directory, expected a file");
        Path circle = Files.createSymbolicLink(directory.resolve("circle"), directory.resolve("circle"));
        assertThatThrownBy(() -> Safetensors.open(circle))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith("could not read " + circle);
        assertThat(FormatException.unreadable(path, new AccessDeniedException("x")))
                .hasMessageEndingWith("model.safetensors: permission denied");
        assertThat(FormatException.unreadable(path, new IOException("disk on fire")))
                .hasMessageContaining("on fire");
    }

    @Test
    void refusesAFileThatItMayNotRead() throws IOException {
        Tensors.file(path, "{}", 0);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(path), "the superuser may read everything");
        refused("could not read " + path + ": permission denied");
    }

    private void refused(String header, int dataBytes, String message) {
        Tensors.file(path, header, dataBytes);
        refused(message);
    }

    private void refused(String message) {
        assertThatThrownBy(() -> Safetensors.open(path).close())
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("model.safetensors")
                .hasMessageContaining(message);
    }

    private static ByteBuffer length(long length) {
        return ByteBuffer.allocate(9).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    }

    private static String one(String dtype, String shape, String offsets) {
        return "{\"a\": {\"dtype\": \"%s\", \"shape\": %s, \"data_offsets\": %s}}".formatted(dtype, shape, offsets);
    }

    /** Two tensors of four bytes, a and b. */
    private static String two(String first, String second) {
        return one("F32", "[1]", first).replaceFirst("}}$", "},")
                + one("F32", "[1]", second).substring(1).replace("\"a\"", "\"b\"");
    }
}
