package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine behind one prompt, and behind a conversation, with the demo model. */
final class RunCommandTest {
    private static final String QUESTION = "Which attention does DeepSeek V3 use?";
    private static final String ANSWER =
            "DeepSeek V3 uses multi-head latent attention (MLA) with 128 heads and a latent of 512 values.";

    @TempDir
    private Path folder;

    private static Cli.Run run(Object... arguments) {
        return Cli.reading("").start(with("run", arguments));
    }

    private static Object[] with(String command, Object... arguments) {
        var all = new ArrayList<Object>(List.of(command, "--model", Cli.DEMO));
        all.addAll(List.of(arguments));
        return all.toArray();
    }

    @Test
    void answersWordForWordAndSaysWhatItTook() {
        var run = run(QUESTION);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo(ANSWER + "\n");
        assertThat(run.err())
                .contains("prompt 19 tokens in ", "answer 24 tokens in ", "/s", "memory ", "KV cache ")
                .hasLineCount(2);
    }

    @Test
    void printsOnlyTheAnswerWhenQuiet() {
        var run = Cli.reading(QUESTION + "\n").start(with("run", "--quiet"));

        assertThat(run.out()).isEqualTo(ANSWER + "\n");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void givesOneJsonObject() {
        var json = run(QUESTION, "--json").json();

        assertThat(json.get("text").asString()).isEqualTo(ANSWER);
        assertThat(json.get("finish_reason").asString()).isEqualTo("stop");
        assertThat(json.at("/usage/prompt_tokens").asInt()).isEqualTo(19);
        assertThat(json.get("tokens")).hasSize(24);
        assertThat(json.at("/timings/decode_seconds").asDouble()).isPositive();
    }

    @Test
    void putsWhatIsPipedInAfterTheArgument() {
        var both = Cli.reading("second\n").start(with("run", "first", "--json", "-n", "1"));
        var one = run("first\n\nsecond", "--json", "-n", "1");

        assertThat(both.json().at("/usage/prompt_tokens")).isEqualTo(one.json().at("/usage/prompt_tokens"));
        assertThat(both.json().get("tokens")).isEqualTo(one.json().get("tokens"));
    }

    @Test
    void readsStandardInputForADash() {
        assertThat(Cli.reading(QUESTION).start(with("run", "-", "-q")).out()).isEqualTo(ANSWER + "\n");
    }

    @Test
    void refusesAnEmptyPrompt() {
        assertThat(run("").err()).startsWith("orrery: the prompt is empty").hasLineCount(1);
        assertThat(run(" \n").status()).isEqualTo(2);
        assertThat(run().status()).isEqualTo(2);
    }

    @Test
    void asksForAPromptWhereAPersonGaveNone() {
        var terminals = new orrery.app.terminal.Terminals(true, false, false);

        var run = new Cli(Cli.reading("").input(), terminals).start(with("run"));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("there is no prompt").hasLineCount(1);
    }

    @Test
    void refusesAPromptThatTheContextCannotHold() {
        var run = run("word ".repeat(100), "--context", "32");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("tokens, but the context holds 32").hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void stopsBeforeAStopText() {
        var run = run(QUESTION, "--stop", "latent", "--stop", " never there ");

        assertThat(run.out()).isEqualTo("DeepSeek V3 uses multi-head\n");
    }

    @Test
    void saysWhenTheLimitOfTokensCutTheAnswer() {
        var run = run(QUESTION, "-n", "3");

        assertThat(run.out()).isEqualTo("DeepSeek V3\n");
        assertThat(run.err()).contains("answer 3 tokens", "cut off by the token limit");
    }

    @Test
    void theSameSeedGivesTheSameTextAndAnotherSeedAnother() {
        Object[] sampled = {"It was", "--raw", "--temperature", "2", "-n", "12", "-q", "--seed"};
        var first = run(plus(sampled, "1"));
        var again = run(plus(sampled, "1"));
        var other = run(plus(sampled, "2"));

        assertThat(first.status()).as(first.err()).isZero();
        assertThat(again.out()).isEqualTo(first.out());
        assertThat(other.out()).isNotEqualTo(first.out());
    }

    private static Object[] plus(Object[] arguments, Object last) {
        var all = new ArrayList<>(List.of(arguments));
        all.add(last);
        return all.toArray();
    }

    @Test
    void aBiasForbidsAToken() {
        var run = run(QUESTION, "-n", "1", "--logit-bias", "750=-100", "--json");

        assertThat(run.json().get("tokens").get(0).asInt()).isNotEqualTo(750);
    }

    @Test
    void saysWhenAnOptionChangesNothing() {
        assertThat(run(QUESTION, "--top-p", "0.5", "-n", "1").err()).contains("have no effect at temperature 0");
        assertThat(run(QUESTION, "--system", "s", "-n", "1").err()).contains("ignores the system message");
    }

    @Test
    void aConversationRemembersAndReadsOnlyWhatIsNew() {
        var run = Cli.reading(QUESTION + "\n\nHow many experts does DeepSeek V3 have?\n")
                .start(with("chat", "--json"));

        assertThat(run.status()).as(run.err()).isZero();
        var lines = run.out().lines().toList();
        assertThat(lines).hasSize(2);
        var second = tools.jackson.databind.json.JsonMapper.shared().readTree(lines.getLast());
        assertThat(lines.getFirst()).contains(ANSWER);
        assertThat(second.at("/usage/prompt_tokens").asInt()).isGreaterThan(50);
    }

    @Test
    void aPipedConversationPrintsAnswersAlone() {
        var run = Cli.reading(QUESTION + "\n/reset\n" + QUESTION + "\n").start(with("chat", "--quiet"));

        assertThat(run.out()).isEqualTo((ANSWER + "\n").repeat(2));
    }

    @Test
    void savesAConversationButOverNoFile() throws Exception {
        var file = folder.resolve("talk.json");

        var run = Cli.reading("/system Be brief.\n" + QUESTION + "\n/save " + file + "\n/save " + file + "\n")
                .start(with("chat"));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("1 answer saved to", "exists already");
        var messages = tools.jackson.databind.json.JsonMapper.shared()
                .readTree(Files.readString(file))
                .get("messages");
        assertThat(messages.findValuesAsString("role")).containsExactly("system", "user", "assistant");
        assertThat(messages.findValuesAsString("content")).containsExactly("Be brief.", QUESTION, ANSWER);
    }

    @Test
    void anUnknownSlashCommandNamesTheNearest() {
        var run = Cli.reading("/stat\n/help\n/stats\n/quit\nnever reached\n").start(with("chat"));

        assertThat(run.err()).contains("there is no /stat; the nearest is /stats", "/save FILE", "0 answers so far");
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void aTurnThatDoesNotFitEndsNeitherTheConversationNorGoesUnseen() {
        var run = Cli.reading("word ".repeat(100) + "\n" + QUESTION + "\n").start(with("chat", "--context", "60"));

        assertThat(run.err()).contains("/reset starts a new conversation, --context gives more room");
        assertThat(run.out()).isEqualTo(ANSWER + "\n");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void anAnswerIsWrappedOnATerminalAndNeverInAPipe() {
        Object[] arguments = {"run", "-q", "--model", Cli.DEMO, "-t", 0, "What is mixture of experts?"};
        var terminals = new orrery.app.terminal.Terminals(false, true, false);
        int width = orrery.app.terminal.Front.ofProcess().width();

        var piped = Cli.run(arguments).out();
        var shown = new Cli(java.io.InputStream.nullInputStream(), terminals)
                .start(arguments)
                .out();

        assertThat(piped.lines()).anySatisfy(line -> assertThat(line).hasSizeGreaterThan(width));
        assertThat(shown.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(width));
        assertThat(shown.split("\\s+")).containsExactly(piped.split("\\s+"));
    }
}
