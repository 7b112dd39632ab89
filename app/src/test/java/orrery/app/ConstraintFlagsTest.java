package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code --json-schema}, {@code --grammar} and {@code --regex} of {@code run} and {@code chat}, with the demo model.
 */
final class ConstraintFlagsTest {
    private static final String QUESTION = "Which attention does DeepSeek V3 use?";

    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static Cli.Run run(Object... more) {
        var all = new ArrayList<Object>(List.of("run", "--quiet", "--temperature", "2", "--seed", "1", "-n", "200"));
        if (!List.of(more).contains("--model")) {
            all.addAll(List.of("--model", Cli.DEMO));
        }
        all.addAll(List.of(more));
        return Cli.run(all.toArray());
    }

    @Test
    void answersFollowASchemaAGrammarOrAnExpression() throws IOException {
        var schema = file("schema.json", """
                {"type": "object", "properties": {"layers": {"type": "integer", "minimum": 1, "maximum": 99},
                 "attention": {"enum": ["MLA", "GQA"]}}, "required": ["layers", "attention"],
                 "additionalProperties": false}""");
        for (var more : List.<List<Object>>of(List.of(QUESTION), List.of("--raw", QUESTION))) {
            var all = new ArrayList<Object>(List.of("--json-schema", schema));
            all.addAll(more);
            var answer = run(all.toArray());
            assertThat(answer.status()).as(answer.err()).isZero();
            var read = JsonMapper.shared().readTree(answer.out());
            assertThat(read.get("layers").intValue()).isBetween(1, 99);
            assertThat(read.get("attention").stringValue()).isIn("MLA", "GQA");
            assertThat(read.size()).isEqualTo(2);
        }
        assertThat(run("--regex", "(yes|no), [a-z]{3}", QUESTION).out().strip()).matches("(yes|no), [a-z]{3}");
        var grammar = file("answer.gbnf", "root ::= word (\" \" word){2}\nword ::= \"la\" | \"lo\"\n");
        assertThat(run("--grammar", grammar, QUESTION).out().strip()).matches("l[ao] l[ao] l[ao]");
        var chat = Cli.reading("Yes?\nNo?\n").start("chat", "--model", Cli.DEMO, "--quiet", "--regex", "[xyz]{4}");
        assertThat(chat.out().lines()).hasSize(2).allMatch(line -> line.matches("[xyz]{4}"));
    }

    @Test
    void whatCannotBeKeptIsNamedBeforeAModelIsLoaded() throws IOException {
        var schema = file("schema.json", "{\"properties\": {\"a\": {\"type\": \"text\"}}}");
        var wrong = run("--model", "no/such/model", "--json-schema", schema, QUESTION);
        assertThat(wrong.status()).isEqualTo(Failures.FAILED);
        assertThat(wrong.err()).contains(schema.toString(), "#/properties/a/type");

        var grammar = file("answer.gbnf", "root ::= \"a\"\nother ::= (\n");
        assertThat(run("--grammar", grammar, QUESTION).err()).contains(grammar.toString(), "line");
        assertThat(run("--regex", "a(", QUESTION).err()).contains("--regex");
        assertThat(run("--grammar", folder.resolve("none"), QUESTION).err())
                .contains("could not read", "does not exist");
        assertThat(run("--regex", "a", "--json-schema", schema, QUESTION).err()).contains("exclude each other");
    }
}
