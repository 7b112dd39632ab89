package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.format.Gguf;
import orrery.format.GgufMetadata;
import orrery.format.GgufWriter;
import orrery.format.TensorSource;
import orrery.tensor.DType;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/**
 * A GGUF file with matrices of every type that is read and not written, random blocks each, and what
 * {@code quantize} makes of it: the same numbers as floats.
 */
final class UnwrittenTypesTest {
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final List<DType> TYPES = List.of(
            DType.Q1_0,
            DType.Q2_0,
            DType.Q2_K,
            DType.Q3_K,
            DType.IQ1_S,
            DType.IQ1_M,
            DType.IQ2_XXS,
            DType.IQ2_XS,
            DType.IQ2_S,
            DType.IQ3_XXS,
            DType.IQ3_S,
            DType.IQ4_XS,
            DType.TQ1_0,
            DType.TQ2_0,
            DType.NVFP4);

    /** Of the matrices in NVFP4, in a tensor beside each. */
    private static final float FACTOR = 0.37f;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(5);
    private Path blocks;
    private Path floats;

    @BeforeEach
    void write() {
        var quantized = folder.resolve("quantized.gguf");
        Cli.run("quantize", Cli.DEMO, quantized, "--type", "q8_0", "--quiet");
        blocks = folder.resolve("blocks.gguf");
        floats = folder.resolve("floats.gguf");
        var tensors = new LinkedHashMap<String, TensorSource>();
        int next = 0;
        try (var file = Gguf.open(quantized)) {
            for (var entry : file.tensors().entrySet()) {
                var tensor = entry.getValue();
                if (!tensor.dtype().blocked()) {
                    tensors.put(entry.getKey(), TensorSource.of(tensor));
                    continue;
                }
                var dtype = TYPES.get(next++ % TYPES.size());
                tensors.put(entry.getKey(), TensorSource.of(drawn(dtype, tensor)));
                if (dtype == DType.NVFP4) {
                    var stem = entry.getKey().replace("weight", "");
                    tensors.put(stem + "scale", TensorSource.of(number(FACTOR)));
                    tensors.put(stem + "input_scale", TensorSource.of(number(7)));
                }
            }
            GgufWriter.write(blocks, GgufMetadata.of(quantized), tensors);
        }
        var converted = Cli.run("quantize", blocks, floats, "--type", "f32", "--quiet");
        assertThat(converted.status()).as(converted.err()).isZero();
        assertThat(next).isGreaterThan(TYPES.size());
    }

    private Tensor drawn(DType dtype, Tensor like) {
        var bytes = new byte[(int) dtype.bytes(like.shape().elements())];
        random.nextBytes(bytes);
        var data = MemorySegment.ofArray(bytes);
        for (int block = 0; block < bytes.length; block += dtype.blockBytes()) {
            switch (dtype) {
                case Q2_K -> {
                    scale(data, block + 80);
                    scale(data, block + 82);
                }
                case Q3_K -> scale(data, block + 108);
                case TQ1_0 -> scale(data, block + 52);
                case TQ2_0 -> scale(data, block + 64);
                case IQ1_M -> bytes[block + 55] &= 0x3F; // the exponent's highest bit: a number below 2
                case NVFP4 -> {}
                default -> scale(data, block);
            }
        }
        return new Tensor(dtype, like.shape(), data);
    }

    private static void scale(MemorySegment data, int at) {
        data.set(HALF, at, Float.floatToFloat16(0x1p-9f));
    }

    private static Tensor number(float value) {
        var data = MemorySegment.ofArray(new byte[Float.BYTES]);
        data.set(FLOAT, 0, value);
        return new Tensor(DType.F32, Shape.of(1), data);
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "loops", "vector"})
    void predictsWhatTheSameNumbersPredictAsFloats(String backend) throws Exception {
        var text = folder.resolve("text");
        Files.writeString(text, "Which attention does DeepSeek V3 use?");

        var run = Cli.run("compare-logits", floats, blocks, "--text", text, "--json", "--kernels", backend);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.json().get("largest_kl_divergence").asDouble()).isLessThan(1e-9);
        assertThat(run.json().get("same_argmax_share").asDouble()).isEqualTo(1);
    }

    @Test
    void isDescribedAndRuns() {
        var card = Cli.run("describe", blocks);
        assertThat(card.status()).as(card.err()).isZero();
        assertThat(card.err()).doesNotContain("not run");
        TYPES.forEach(dtype -> assertThat(card.out()).containsPattern(dtype + " +[0-9]"));

        var answers = List.of(blocks, floats).stream()
                .map(file -> Cli.run("run", "--model", file, "--max-tokens", "5", "--temperature", "0", "Hello"))
                .toList();
        assertThat(answers.getFirst().status()).as(answers.getFirst().err()).isZero();
        assertThat(answers.getFirst().out()).isEqualTo(answers.getLast().out());
    }
}
