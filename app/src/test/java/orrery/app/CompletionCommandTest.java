package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompletionCommandTest {
    @TempDir
    private Path folder;

    @Test
    void bashCompletesCommandsAndOptions() throws Exception {
        var bash = Path.of("/bin/bash");
        assumeTrue(Files.isExecutable(bash), "there is no /bin/bash here");
        var script = Files.writeString(
                folder.resolve("orrery.bash"), Cli.run("completion", "bash").out());
        String complete = "source " + script + """

                compopt() { :; } # bash refuses its own outside of a completion
                COMP_WORDS=(orrery des); COMP_CWORD=1; _complete_orrery; echo "${COMPREPLY[*]}"
                COMP_WORDS=(orrery run --temp); COMP_CWORD=2; _complete_orrery; echo "${COMPREPLY[*]}"
                """;

        var process = new ProcessBuilder(bash.toString(), "--norc", "-c", complete)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(output.lines().map(String::strip)).containsExactly("describe", "--temperature");
    }

    @Test
    void fishIsToldEveryCommandAndItsOptions() {
        var run = Cli.run("completion", "fish");

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("-n __fish_use_subcommand -a describe -d 'Shows a model")
                .contains("-n '__fish_seen_subcommand_from run' -s t -l temperature -r -d '")
                .contains("-n '__fish_seen_subcommand_from run' -l raw -d '")
                .contains("-n '__fish_seen_subcommand_from draw' -l theme -x -a 'light dark' -d '")
                .contains("-n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'")
                .contains("without the model\\'s chat template")
                .doesNotContain("--backend", "-l backend");
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).startsWith("complete -c orrery "));
    }

    @Test
    void zshTakesTheScriptOfBash() {
        assertThat(Cli.run("completion", "zsh").out()).contains("bashcompinit", "_complete_orrery");
    }
}
