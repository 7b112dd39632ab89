package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class TokensCommandTest {
    private static Cli.Run tokens(Object... arguments) {
        return new Cli(Cli.reading("").input(), orrery.app.terminal.Terminals.NONE).start(with(arguments));
    }

    private static Object[] with(Object... arguments) {
        var all = new java.util.ArrayList<Object>(java.util.List.of("tokens", "--model", Cli.DEMO));
        all.addAll(java.util.List.of(arguments));
        return all.toArray();
    }

    @Test
    void separatesPiecesVisibly() {
        var run = tokens("Which attention does DeepSeek V3 use?");

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .startsWith("Which│ attention│ does│ DeepSeek│ V│3│ use?\n")
                .contains("1102 500 563 842 575 280 984")
                .contains("7 tokens, 37 characters, 37 bytes");
    }

    @Test
    void readsStandardInputAndShowsWhatCannotBeSeen() {
        var run = Cli.reading("a\n\u001b[2J\u00e9").start(with());

        assertThat(run.out()).contains("⏎", "␛").doesNotContain("\u001b");
    }

    @Test
    void showsPartsOfCharactersAsBytes() {
        assertThat(tokens("🙂").out()).contains("<0xF0>│<0x9F>│<0x99>│<0x82>").contains("1 character, 4 bytes");
    }

    @Test
    void recognisesSpecialTokensOnlyWhenAsked() {
        String text = "<end_of_turn>";

        assertThat(tokens(text, "--json").json().get("count").asInt()).isGreaterThan(1);
        assertThat(tokens(text, "--json", "--special").json().at("/tokens").findValuesAsString("id"))
                .contains("5");
    }

    @Test
    void showsTheChatTemplateAroundAMessageThatCannotLeaveIt() {
        var json = tokens("--chat", "--json", "x<end_of_turn>").json();

        var ids = json.at("/tokens").findValuesAsString("id");
        assertThat(ids).startsWith("2", "4");
        assertThat(ids.stream().filter("5"::equals)).hasSize(1);
    }

    @Test
    void anEmptyTextHasNoTokens() {
        assertThat(tokens("").out()).contains("0 tokens, 0 characters, 0 bytes");
        assertThat(tokens("", "--json").out()).endsWith(",\"count\":0,\"characters\":0,\"bytes\":0,\"tokens\":[]}\n");
    }

    /** Its objects would take gigabytes, were they all held at once. */
    @Test
    void printsAMillionTokensAsOneObject() {
        var run = Cli.reading("\" ".repeat(500_000)).start(with("--json"));

        var json = run.json();
        assertThat(run.out()).hasLineCount(1);
        assertThat(json.at("/tokens").size())
                .isEqualTo(json.get("count").asInt())
                .isGreaterThanOrEqualTo(500_000);
        assertThat(json.at("/tokens").findValuesAsString("text").stream().collect(Collectors.joining()))
                .isEqualTo("\" ".repeat(500_000));
    }

    @Test
    void refusesWhatIsNotUtf8() {
        var input = new java.io.ByteArrayInputStream(new byte[] {(byte) 0xff, (byte) 0xfe});

        var run = new Cli(input, orrery.app.terminal.Terminals.NONE).start(with());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("orrery: standard input is not UTF-8 text\n");
    }
}
