package orrery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Checkpoint;
import orrery.catalog.Slice;
import orrery.catalog.SliceWriter;
import orrery.format.Safetensors;
import orrery.format.SafetensorsWriter;
import orrery.kernel.Backend;
import orrery.tensor.DType;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;
import tools.jackson.databind.json.JsonMapper;

/**
 * Smaller models within the golden Gemma 3n of eight layers: layers 0 to 4 have a KV cache, 5 and 6 borrow that of 4, 7
 * that of 3.
 */
class NestedModelTest {
    private static final Path WHOLE = Path.of("src", "test", "resources", "goldens", "gemma-3n");
    private static final int WIDTH = 128;
    private static final int PER_LAYER = 16;
    private static final Pattern LAYER = Pattern.compile("(.*layers\\.)(\\d+)(\\..*)");
    private static final float EXACT = 0;
    private static final float SELF = 1e-5f;

    @TempDir
    Path folder;

    static Stream<Arguments> everyBackend() {
        return Backend.general().stream().map(backend -> Arguments.argumentSet(backend.name(), backend));
    }

    private static List<float[]> logits(Path checkpoint, Backend backend, UnaryOperator<Checkpoint> change) {
        assumeTrue(backend.missing().isEmpty(), () -> backend.name() + " is missing: " + backend.missing());
        try (var golden = new Golden(WHOLE);
                var rig = new Rig(checkpoint, backend, 4, change)) {
            rig.sequence().add(golden.prompt(0));
            return rig.run();
        }
    }

    private static void assertClose(List<float[]> actual, List<float[]> expected, float tolerance) {
        assertThat(actual).hasSameSizeAs(expected).isNotEmpty();
        for (int p = 0; p < expected.size(); p++) {
            for (int i = 0; i < expected.get(p).length; i++) {
                assertThat(actual.get(p)[i])
                        .as("position %d, token %d", p, i)
                        .isCloseTo(expected.get(p)[i], within(tolerance));
            }
        }
    }

    private Path written(Slice slice) {
        var target = folder.resolve("slice");
        SliceWriter.write(WHOLE, slice, target, true, (_, _) -> {});
        return target;
    }

    @ParameterizedTest
    @MethodSource("everyBackend")
    void aNarrowFeedForwardIsTheWholeOneWithTheOtherColumnsZeroed(Backend backend) throws Exception {
        // The first three layers cut off their gate at a quantile over the whole width, which zeroes would change.
        var widths = List.of(WIDTH, WIDTH, WIDTH, 1, 37, 64, 96, WIDTH);
        var slice = Slice.parse(
                "ffn=" + String.join(",", widths.stream().map(String::valueOf).toList()));
        var zeroed = change("zeroed", config -> {}, (name, tensor) -> {
            var layer = LAYER.matcher(name);
            return layer.matches() && name.endsWith("mlp.down_proj.weight")
                    ? columns(tensor, widths.get(Integer.parseInt(layer.group(2))), false)
                    : tensor;
        });

        var sliced = logits(WHOLE, backend, whole -> whole.sliced(slice));

        assertClose(sliced, logits(zeroed, backend, UnaryOperator.identity()), SELF);
        assertThat(sliced.getLast())
                .isNotEqualTo(logits(WHOLE, backend, UnaryOperator.identity()).getLast());
    }

    static Stream<Arguments> everySliceOnEveryBackend() {
        return Stream.of(
                        "ffn=100",
                        "layers=0-7",
                        "layers=0-4",
                        "layers=3,7",
                        "layers=0,2-4,6-7;ffn=96,128,40,1,128,77",
                        "layers=0-4,6;ffn=64")
                .flatMap(slice -> Backend.general().stream()
                        .map(backend -> Arguments.argumentSet(slice + " on " + backend.name(), slice, backend)));
    }

    @ParameterizedTest
    @MethodSource("everySliceOnEveryBackend")
    void aWrittenSliceIsTheUnwrittenOne(String text, Backend backend) {
        var slice = Slice.parse(text);

        var unwritten = logits(WHOLE, backend, whole -> whole.sliced(slice));

        assertClose(logits(written(slice), backend, UnaryOperator.identity()), unwritten, EXACT);
    }

    @ParameterizedTest
    @MethodSource("everyBackend")
    void aWrittenSliceIsTheOneCutByHand(Backend backend) throws Exception {
        var kept = List.of(0, 2, 3, 4, 6, 7);
        var widths = List.of(96, 128, 40, 1, 128, 77);
        var byHand = change(
                "by-hand",
                config -> {
                    config.put("num_hidden_layers", 6);
                    config.put("num_kv_shared_layers", 2);
                    config.put("intermediate_size", widths);
                    config.put("activation_sparsity_pattern", List.of(0.95, 0.95, 0, 0, 0, 0));
                    var local = "sliding_attention";
                    config.put("layer_types", List.of(local, local, "full_attention", local, local, "full_attention"));
                },
                (name, tensor) -> cutByHand(name, tensor, kept, widths),
                name -> renamed(name, kept));

        var written = written(Slice.parse("layers=0,2-4,6-7;ffn=96,128,40,1,128,77"));

        assertClose(
                logits(written, backend, UnaryOperator.identity()),
                logits(byHand, backend, UnaryOperator.identity()),
                EXACT);
        assertThat(bytes(written)).isEqualTo(bytes(byHand));
    }

    private static Tensor cutByHand(String name, Tensor tensor, List<Integer> kept, List<Integer> widths) {
        if (name.endsWith("embed_tokens_per_layer.weight")) {
            return perLayerColumns(tensor, kept);
        }
        if (name.endsWith("per_layer_model_projection.weight")) {
            return perLayerRows(tensor, kept);
        }
        var layer = LAYER.matcher(name);
        int index = layer.matches() ? kept.indexOf(Integer.parseInt(layer.group(2))) : -1;
        if (index >= 0 && (name.contains("gate_proj") || name.contains("up_proj"))) {
            return tensor.head(widths.get(index));
        }
        return index >= 0 && name.contains("down_proj") ? columns(tensor, widths.get(index), true) : tensor;
    }

    /** Empty for a layer that is left out. */
    private static String renamed(String name, List<Integer> kept) {
        var layer = LAYER.matcher(name);
        if (!layer.matches()) {
            return name;
        }
        int index = kept.indexOf(Integer.parseInt(layer.group(2)));
        return index < 0 ? "" : layer.group(1) + index + layer.group(3);
    }

    /** The first columns; the others zeroed or removed. */
    private static Tensor columns(Tensor tensor, int count, boolean cut) {
        int all = (int) tensor.columns();
        int width = cut ? count : all;
        var copy = new float[(int) tensor.rows() * width];
        for (int r = 0; r < tensor.rows(); r++) {
            for (int c = 0; c < count; c++) {
                copy[r * width + c] = element(tensor, r * all + c);
            }
        }
        return new Tensor(DType.F32, Shape.of(tensor.rows(), width), of(copy));
    }

    private static Tensor perLayerColumns(Tensor tensor, List<Integer> kept) {
        int width = kept.size() * PER_LAYER;
        var copy = new float[(int) tensor.rows() * width];
        for (int i = 0; i < copy.length; i++) {
            int layer = kept.get(i % width / PER_LAYER);
            copy[i] = element(tensor, i / width * (int) tensor.columns() + layer * PER_LAYER + i % PER_LAYER);
        }
        return new Tensor(DType.F32, Shape.of(tensor.rows(), width), of(copy));
    }

    private static Tensor perLayerRows(Tensor tensor, List<Integer> kept) {
        int columns = (int) tensor.columns();
        var copy = new float[kept.size() * PER_LAYER * columns];
        for (int i = 0; i < copy.length; i++) {
            int row = i / columns;
            int rowBefore = kept.get(row / PER_LAYER) * PER_LAYER + row % PER_LAYER;
            copy[i] = element(tensor, rowBefore * columns + i % columns);
        }
        return new Tensor(DType.F32, Shape.of((long) kept.size() * PER_LAYER, columns), of(copy));
    }

    private static float element(Tensor tensor, int index) {
        return tensor.data().get(java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * index);
    }

    private static MemorySegment of(float[] values) {
        return Arena.ofAuto().allocate(4L * values.length, Tensor.ALIGNMENT).copyFrom(MemorySegment.ofArray(values));
    }

    private static Map<String, List<Byte>> bytes(Path checkpoint) {
        try (var file = Safetensors.open(checkpoint.resolve("model.safetensors"))) {
            var all = new LinkedHashMap<String, List<Byte>>();
            file.tensors().forEach((name, tensor) -> {
                var bytes = new ArrayList<Byte>();
                for (byte one : tensor.data().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)) {
                    bytes.add(one);
                }
                all.put(name + " " + tensor.shape(), bytes);
            });
            return all;
        }
    }

    private interface TensorChange {
        Tensor of(String name, Tensor tensor);
    }

    private Path change(String name, java.util.function.Consumer<Map<String, Object>> config, TensorChange change)
            throws Exception {
        return change(name, config, change, UnaryOperator.identity());
    }

    @SuppressWarnings("unchecked")
    private Path change(
            String name,
            java.util.function.Consumer<Map<String, Object>> config,
            TensorChange change,
            UnaryOperator<String> rename)
            throws Exception {
        var target = Files.createDirectory(folder.resolve(name));
        Map<String, Object> values =
                JsonMapper.shared().readValue(WHOLE.resolve("config.json").toFile(), LinkedHashMap.class);
        config.accept(values);
        Files.writeString(target.resolve("config.json"), JsonMapper.shared().writeValueAsString(values));
        try (var file = Safetensors.open(WHOLE.resolve("model.safetensors"))) {
            var tensors = new LinkedHashMap<String, Tensor>();
            file.tensors().forEach((before, tensor) -> {
                String after = rename.apply(before);
                if (!after.isEmpty()) {
                    tensors.put(after, change.of(before, tensor));
                }
            });
            SafetensorsWriter.write(target.resolve("model.safetensors"), tensors);
        }
        return target;
    }
}
