package orrery.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.report.compare.ComparedModel;
import orrery.report.compare.Comparison;
import orrery.report.compare.Difference;
import orrery.report.compare.Row;

/** A model's file format makes no difference to its architecture. */
class OneModelInTwoFilesTest {
    private static final Path GOLDENS = Path.of("src", "test", "resources", "goldens");

    @TempDir
    Path folder;

    static Stream<Path> models() throws java.io.IOException {
        try (var goldens = Files.list(GOLDENS)) {
            return goldens.filter(golden -> !golden.endsWith("openai-gpt")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void safetensorsAndGgufOfOneModelAreBuiltAlike(Path model) {
        var target = folder.resolve("model.gguf");
        try (var conversion = Conversion.open(model, Quantization.F32)) {
            conversion.write(target, 1, (_, _) -> {});
        }
        var comparison = Comparison.of(Stream.of(model, target)
                .map(path -> Catalog.describe(path.toString()))
                .map(found -> ComparedModel.of(found.spec(), found.family()))
                .toList());

        assertThat(comparison.differences(1))
                .as("told in words")
                .allMatch(difference -> difference.kind() == Difference.Kind.STORAGE);
        assertThat(comparison.onlyDifferences().rows())
                .as("marked in the table")
                .isEmpty();
        assertThat(comparison.rows()).extracting(Row::label).doesNotContain("norm weights stored", "RoPE pairs");
    }
}
