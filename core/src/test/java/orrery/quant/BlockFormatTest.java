package orrery.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.tensor.DType;

/**
 * Blocks, bit for bit against what gguf-py makes of them; more of the types that are read and not written. The files
 * and the digests are made by {@code src/test/resources/blocks/make.py}:
 *
 * <pre>pip install gguf==0.19.0 && python make.py</pre>
 */
class BlockFormatTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "blocks");
    private static final int BLOCKS = 4;
    private static final int MANY = 2048;

    static Stream<BlockFormat> formats() {
        return Arrays.stream(DType.values())
                .filter(DType::blocked)
                .map(BlockFormat::of)
                .filter(format -> !(format instanceof WritableFormat));
    }

    /** Two blocks of random bits, one of all ones with a scale of -1, one of zeros with the smallest scale. */
    @ParameterizedTest
    @MethodSource("formats")
    void givesTheReferencesFloats(BlockFormat format) {
        var dtype = format.dtype();
        var bytes = bytes(FOLDER.resolve(dtype + ".bin"));
        var expected = new float[BLOCKS * dtype.blockElements()];
        int begin = BLOCKS * dtype.blockBytes();
        ByteBuffer.wrap(bytes, begin, bytes.length - begin)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(expected);
        var actual = Blocks.decoded(dtype, MemorySegment.ofArray(Arrays.copyOf(bytes, begin)));
        assertThat(bits(actual)).isEqualTo(bits(expected));
    }

    /** Enough random blocks that every entry of every table is used. */
    @ParameterizedTest
    @CsvSource({
        "Q1_0, 567a5e80205586b6cacd2d2abb24b13a4217467d9204471e084a3e136c9b8f0a",
        "Q2_0, cda6ce31e4e1f4a20429cf359bac4ed5c2e05e6e1b896518de37a35e3c410661",
        "Q2_K, bc3034633fdb1158f01b9d3277fef91edc694e809d14a242e05b34818051fd70",
        "Q3_K, 45afafc1b580dd76be10d0a33ba39e2bcd1ff0486d3ecf4cf7f0da72c0a893a6",
        "IQ1_S, 51168521df07a4fd0b36e65427b5227fcf15df3aff38d9bdf76844433e900115",
        "IQ1_M, d497c248ba99790886b3a581f91a4cd3b233ec4c71e9d37e9f395b3fc37e9b9d",
        "IQ2_XXS, 954ddea83d63777edbb4b3dd0d642268368bfb7e6f8c77c442a6a915650a98f5",
        "IQ2_XS, 0380b7a48ed8e6c1ce791694ad33e5facd505f2e5f0d0e04ac18c01e50568756",
        "IQ2_S, 62f80318cd61f263475e50444ff39749abefed1356f383119b578d39e6e032cb",
        "IQ3_XXS, 6e24576f4c64ea498d7afe6e36a689739e262cb7a4c835cebb0e0601be1a7067",
        "IQ3_S, 7376467d164ec5979a508408aff8215e4e9b76fd4daa0759f0bf2d636c26c723",
        "IQ4_XS, 720854bd2c1d10fe0e338b152e1ffba52d18d706d4592b1e22ec08600da470eb",
        "TQ1_0, 8f825a1987bd21c885d3a207d4584ccfadef416479c701be67b38759df40fefd",
        "TQ2_0, 46def8c14ec4166163488e17032b528747de803c7963d98f80837a6bf4c7a7d1",
        "NVFP4, 23b7dbfbb5463c9409be1953ec057c27bc829430010f04c0fc652bd844faf6fc",
        "Q8_0, 57119265935e3f2f21fd483cf2657c6e1897311fd688c0fd36d93994ec10294a",
        "Q4_0, 719ac66d9df23cadbee8f286230406497de8bd0cc3e73de9c73e89128de637b2",
        "Q4_1, e768307a51722eb8985ecb0338a43ca8e7cb9ff1840a948b670e327b14e3aaa6",
        "Q5_0, 70f97ed6265dd42cd4f82df544d3da0d0f195d405a072e2721cf7afee3ed8645",
        "Q5_1, c39f00c1ca63387d74196552b9fb18df78a67cf36a8d58c03ec89d19be708ba5",
        "Q4_K, 1a92d5babf71fe3961923c26ead3099ee1fffc03b15c7765249aca700f9611b4",
        "Q5_K, 053ec82f9c8dfe7db2b6ad667922e4407202dd8a5118f8d4dddbb6a08c92caf7",
        "Q6_K, 415c86d1bbd03a645e375858ceebb5961cada2d77310e8d88f67d81deb4b83bf",
        "IQ4_NL, baa1a914950186b91aad507a1686ad308dfb425f92307a33f02cfb2bf3fa243c",
        "MXFP4, 0fac229831853e44dc9b2ce962bb1697b970a261e4a0493565ccfe600718397a",
    })
    void givesTheReferencesFloatsOfManyBlocks(DType dtype, String digest) {
        var floats = Blocks.decoded(dtype, MemorySegment.ofArray(drawn(dtype)));
        var bytes = ByteBuffer.allocate(4 * floats.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(floats);
        assertThat(sha256(bytes.array())).isEqualTo(digest);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void codesScaleAndMinimumMakeEveryElement(BlockFormat format) {
        var data = MemorySegment.ofArray(drawn(format.dtype()));
        int elements = format.dtype().blockElements();
        var decoded = new float[elements];
        for (int block = 0; block < 32; block++) {
            long at = format.dtype().bytes((long) block * elements);
            format.decode(data, at, decoded, 0);
            for (int i = 0; i < elements; i++) {
                int group = i / format.groupSize();
                int code = (byte) (format.codes(data, at, i / 8) >> (8 * (i % 8)));
                float minimum = format.minimum(data, at, group);
                assertThat(code).isBetween(-127, 127);
                assertThat(format.element(data, at, i)).isEqualTo(decoded[i]);
                assertThat(format.scale(data, at, group) * code - minimum).isEqualTo(decoded[i]);
            }
        }
        assertThat(format.groupSize()).isIn(16, 32);
        assertThat(elements % format.groupSize()).isZero();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void areNotWritten(BlockFormat format) {
        var dtype = format.dtype();
        var out = MemorySegment.ofArray(new byte[dtype.blockBytes()]);
        assertThat(RowEncoder.writes(dtype)).isFalse();
        assertThatThrownBy(() ->
                        RowEncoder.encode(dtype, new float[dtype.blockElements()], 0, dtype.blockElements(), out, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weights are not stored in " + dtype);
    }

    private static int[] bits(float[] floats) {
        var bits = new int[floats.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(floats[i]));
        return bits;
    }

    /** The same bytes as {@code drawn} and {@code finite} of make.py. */
    private static byte[] drawn(DType dtype) {
        var bytes = new byte[MANY * dtype.blockBytes()];
        int state = 1;
        for (int i = 0; i < bytes.length; i++) {
            state = state * 1664525 + 1013904223;
            bytes[i] = (byte) (state >>> 24);
        }
        for (int block = 0; block < bytes.length; block += dtype.blockBytes()) {
            for (int half : halves(dtype)) {
                int upper = block + half + 1;
                if ((bytes[upper] & 0x7C) == 0x7C) {
                    bytes[upper] ^= 0x40;
                }
            }
            if (dtype == DType.IQ1_M && (bytes[block + 55] & 0x70) == 0x70 && (bytes[block + 53] & 0xC0) == 0xC0) {
                bytes[block + 55] ^= 0x40;
            }
            if (dtype == DType.MXFP4 && (bytes[block] & 0xF0) == 0xF0) {
                bytes[block] ^= 0x40;
            }
        }
        return bytes;
    }

    /** The offsets of a block's F16 scales. */
    private static List<Integer> halves(DType dtype) {
        return switch (dtype) {
            case Q2_K -> List.of(80, 82);
            case Q3_K -> List.of(108);
            case TQ1_0 -> List.of(52);
            case TQ2_0 -> List.of(64);
            case Q4_1, Q5_1, Q4_K, Q5_K -> List.of(0, 2);
            case Q6_K -> List.of(208);
            case IQ1_M, NVFP4, MXFP4 -> List.of();
            default -> List.of(0);
        };
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
