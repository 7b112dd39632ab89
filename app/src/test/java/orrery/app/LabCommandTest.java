package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.ablation.Ablation;

final class LabCommandTest {
    @TempDir
    private Path folder;

    /** The results that come with the program are those of its grids, or something would be left to do. */
    @ParameterizedTest
    @ValueSource(strings = {"norms", "windows", "attention", "experts"})
    void goesOnWithResultsThatThereAre(String experiment) {
        var included = Ablation.included(experiment).orElseThrow();
        included.write(folder.resolve(experiment + ".json"));

        var run = Cli.run("lab", experiment, "--quick", "--out", folder);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .startsWith(experiment + ": 0 training runs to do, 1 done before; results in ")
                .contains(included.ran())
                .contains(included.findings());
    }

    @Test
    void theSameAsOneObject() {
        var included = Ablation.included("norms").orElseThrow();
        included.write(folder.resolve("norms.json"));

        var run = Cli.run("lab", "norms", "--quick", "--out", folder, "--json");

        JsonRules.check(run.json());
        assertThat(run.json().get("schema").stringValue()).isEqualTo("orrery/lab/1");
        assertThat(run.json().get("cells")).hasSize(included.cells().size());
        assertThat(run.json().get("findings")).hasSize(included.findings().size());
        assertThat(run.json().get("cells").get(0).get("factors").get("warm_up").stringValue())
                .isEqualTo("yes");
    }

    @Test
    void resultsOfAnotherExperimentAreRefused() {
        Ablation.included("norms").orElseThrow().write(folder.resolve("experts.json"));

        var run = Cli.run("lab", "experts", "--quick", "--out", folder);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("experts.json holds results of norms, expected experts");
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        assertThat(Cli.run("lab", "norms", "--quick", "--full").err())
                .contains("--quick and --full exclude each other");
        assertThat(Cli.run("lab", "norms", "--threads", "0").status()).isEqualTo(2);
        assertThat(Cli.run("lab", "qk", "--out", folder).err())
                .contains("there is no experiment \"qk\", expected norms, windows, attention, experts");
    }
}
