package orrery.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.format.FormatException;

final class AblationTest {
    @TempDir
    Path folder;

    @Test
    void aFileIsReadBackAsItWas() {
        var runs = new MadeUpRuns()
                .two(
                        Map.of("norms", "pre", "learning rate", "0.1"),
                        Map.of("loss", 2.123456789, "spikes", 3.0),
                        new Cell.Range(4, 7, 1.23456789))
                .diverged(Map.of("norms", "post"), 12)
                .of("norms", Map.of("batch", "8"));
        var file = folder.resolve("norms.json");

        runs.write(file);

        assertThat(Ablation.read(file)).isEqualTo(runs);
        assertThat(runs.cells().getFirst().measure("loss")).hasValue(2.12346);
        assertThat(runs.seconds()).isEqualTo(1.3 + 1.3 + 0.5);
    }

    @Test
    void anotherFileIsRefused() throws IOException {
        var file = folder.resolve("other.json");
        Files.writeString(file, "{\"schema\": \"orrery/describe/2\"}");

        assertThatThrownBy(() -> Ablation.read(file))
                .isInstanceOf(FormatException.class)
                .hasMessage("other.json: schema is \"orrery/describe/2\", expected \"orrery/ablation/1\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"norms", "windows", "attention", "experts"})
    void theIncludedResultsAreOfTheirExperiment(String name) {
        var runs = Ablation.included(name).orElseThrow();

        assertThat(runs.experiment()).isEqualTo(name);
        assertThat(runs.cells()).hasSizeBetween(1, runs.planned());
        assertThat(runs.cells()).extracting(Cell::name).doesNotHaveDuplicates();
        assertThat(runs.findings()).isNotEmpty();
        assertThat(runs.ran()).contains(runs.cells().size() + " of " + runs.planned());
    }

    @Test
    void thereAreNoResultsOfOtherNames() {
        assertThat(Ablation.included("qk")).isEmpty();
    }
}
