package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --demo}: the small models that come with Orrery. */
final class DemoFlagTest {
    private static final String HOME = "orrery.home";

    @BeforeEach
    void startFromTheRepository() {
        System.setProperty(HOME, "..");
    }

    @AfterEach
    void forget() {
        System.clearProperty(HOME);
    }

    @ParameterizedTest
    @EnumSource
    void everyDemoModelAnswers(DemoModel demo) {
        var run = Cli.run(
                "run", "--demo", demo.label(), "-q", "--temperature", "0", "How many parameters does OLMo 2 7B have?");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("OLMo 2 7B has 7 billion parameters.\n");
    }

    @Test
    void deepSeeksFormGuessesAhead() {
        var run = Cli.run(
                "run", "--demo", "deepseek", "--speculate", "mtp", "--temperature", "0", "What is the KV cache?");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).containsPattern(" · \\d+ of \\d+ draft tokens accepted \\(\\d+ %\\)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "chat", "tokens", "perplexity", "bench", "serve"})
    void anUnknownNameIsRefusedWithTheList(String command) {
        var run = Cli.run(command, "--demo", "bert");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("\"bert\", expected one of gemma3, deepseek, gemma3n, llama4, olmo2, qwen3");
    }

    @Test
    void onlyOneModelIsNamed() {
        var run = Cli.run("run", "--demo", "olmo2", "--model", Cli.DEMO, "Hello");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--model and --demo each name a model, expected one");
    }

    @Test
    void theListOfModelsNamesThem() {
        assertThat(Cli.run("models").out()).contains("  llama4     Llama 4: one expert of eight");
        assertThat(Cli.run("models", "gemma").out()).doesNotContain("llama4 ");
    }
}
