package orrery.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.catalog.GgufTypes;
import orrery.format.ModelFile;
import orrery.report.ArchitectureReport;
import orrery.report.WeightTable;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.DType;

/** The table of weights by type predicts the size of the written file. */
class WrittenBytesTest {
    private static final Path GOLDENS = Path.of("src", "test", "resources", "goldens");
    private static final List<Quantization> TYPES =
            List.of(Quantization.Q8_0, Quantization.Q4_K, Quantization.Q4_0, Quantization.MXFP4);

    @TempDir
    Path folder;

    /**
     * Rows of 16 to 576 elements, matrices too small for blocks, experts, latents. No GGUF file can hold GPT-1, and the
     * slices of 16 elements in the tables of Gemma 3n's golden are no whole blocks, so quantize refuses both.
     */
    static Stream<Path> models() throws java.io.IOException {
        try (var goldens = Files.list(GOLDENS)) {
            var all = goldens.filter(golden -> !golden.endsWith("openai-gpt") && !golden.endsWith("gemma-3n"))
                    .sorted()
                    .toList();
            return Stream.concat(Stream.of(Path.of("..", "demo-model")), all.stream());
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void theTableSaysTheBytesOfTheTensorsThatAreWritten(Path model) {
        var described = Catalog.describe(model.toString()).spec();
        for (var type : TYPES) {
            var target = folder.resolve(type + ".gguf");
            try (var conversion = Conversion.open(model, type)) {
                conversion.write(target, 2, (_, _) -> {});
            }
            try (var written = ModelFile.open(target)) {
                // Those of the model itself: without the draft, unused weights and frequency divisors.
                long bytes = GgufTypes.of(described).tensors().orElseThrow().stream()
                        .filter(tensor -> tensor.paths().stream().noneMatch(path -> path.startsWith("draft.")))
                        .map(tensor -> Objects.requireNonNull(written.tensors().get(tensor.name())))
                        .mapToLong(tensor -> tensor.data().byteSize())
                        .sum();
                assertThat(row(described, type.dtype())).as("%s", type).isEqualTo(bytes);
                assertThat(row(Catalog.open(written).description().spec(), type.dtype()))
                        .as("%s, read back", type)
                        .isEqualTo(bytes);
            }
        }
    }

    private static long row(ArchitectureSpec spec, DType type) {
        return ArchitectureReport.of(spec, "test").weights().rows().stream()
                .filter(row -> row.type() == type)
                .mapToLong(WeightTable.Row::bytes)
                .findFirst()
                .orElseThrow();
    }
}
