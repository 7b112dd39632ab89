package orrery.app;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import orrery.app.terminal.Front;
import orrery.app.terminal.Terminals;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs commands in this process, with streams of its own. */
record Cli(InputStream input, Terminals terminals) {
    static final Path DEMO = Path.of("..", "demo-model");
    static final Path GOLDENS = Path.of("..", "core", "src", "test", "resources", "goldens");

    /** What a command left. */
    record Run(int status, String out, String err) {
        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }
    }

    /** Nothing on standard input, no terminal. */
    static Run run(Object... arguments) {
        return reading("").start(arguments);
    }

    static Cli reading(String input) {
        return new Cli(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), Terminals.NONE);
    }

    Run start(Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int status = Main.execute(
                new Front(input, new PrintWriter(out), new PrintWriter(err), terminals),
                Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return new Run(status, out.toString(), err.toString());
    }

    /** Every checkpoint with a recording. */
    static List<Path> goldens() {
        try (var entries = Files.list(GOLDENS)) {
            return entries.filter(entry -> Files.exists(entry.resolve("golden.safetensors")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A golden's files in another folder, one of them replaced. */
    static Path copy(Path folder, String golden, Map<String, byte[]> replaced) throws IOException {
        try (var entries = Files.list(GOLDENS.resolve(golden))) {
            for (var entry : entries.toList()) {
                Files.copy(entry, folder.resolve(entry.getFileName().toString()));
            }
        }
        for (var file : replaced.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
        return folder;
    }
}
