package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README's example: compiled, run and compared with the README. */
class LibraryExampleTest {
    private static final Path README = Path.of("..", "README.md");

    private static String answer(Path model) {
        var bytes = new ByteArrayOutputStream();
        var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        try (var engine = Engine.open(model, EngineOptions.defaults());
                var session = engine.submit(engine.chat("Which attention does DeepSeek V3 use?"))) {
            for (String piece : session) {
                out.print(piece);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void answersAsTheReadmeSays() {
        assertThat(answer(Path.of("..", "demo-model")))
                .isEqualTo(
                        "DeepSeek V3 uses multi-head latent attention (MLA) with 128 heads and a latent of 512 values.");
    }

    @Test
    void isTheExampleThatTheReadmeShows() throws IOException {
        var readme = Files.readString(README);
        var shown =
                readme.substring(readme.indexOf("```java") + 7, readme.indexOf("```", readme.indexOf("```java") + 7));
        var source = Files.readString(Path.of("src", "test", "java", "orrery", "engine", "LibraryExampleTest.java"));
        var known = List.of(source.replace("Engine.open(model,", "Engine.open(Path.of(\"path/to/model\"),")
                .replace("out.print(", "System.out.print(")
                .split("\\R"));
        var stripped = known.stream().map(String::strip).toList();
        for (var line : shown.strip().split("\\R")) {
            assertThat(stripped).contains(line.strip());
        }
        assertThat(shown.strip().lines().count()).isLessThanOrEqualTo(6);
    }
}
