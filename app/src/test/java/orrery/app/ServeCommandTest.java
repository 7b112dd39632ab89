package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.app.terminal.Front;
import orrery.app.terminal.Terminals;

final class ServeCommandTest {
    private static final Pattern ADDRESS = Pattern.compile("listening on (http://\\S+)");
    private static final String DEMO = Path.of("..", "demo-model").toString();

    /** A server that runs until it is closed; its address is what it prints. */
    static final class Running implements AutoCloseable {
        private final StringWriter errors = new StringWriter();
        private final Thread thread;

        Running(String... arguments) {
            var front = new Front(
                    InputStream.nullInputStream(),
                    new PrintWriter(new StringWriter()),
                    new PrintWriter(errors, true),
                    Terminals.NONE);
            thread = Thread.ofPlatform().start(() -> Main.execute(front, arguments));
        }

        URI address() throws InterruptedException {
            while (thread.isAlive()) {
                var found = ADDRESS.matcher(errors.toString());
                if (found.find()) {
                    return URI.create(found.group(1));
                }
                Thread.sleep(10);
            }
            throw new AssertionError("it does not listen: " + errors);
        }

        /** All that it has printed on standard error. */
        String errors() {
            return errors.toString();
        }

        @Override
        public void close() throws InterruptedException {
            thread.interrupt();
            thread.join();
        }
    }

    private static String get(URI uri) throws IOException {
        try (var in = uri.toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void servesModelsUnderTheirNames() throws Exception {
        try (var server =
                new Running("serve", "--model", "small=" + DEMO, "--model", DEMO, "--alias", "gpt-4o", "--port", "0")) {
            var address = server.address();
            assertThat(get(address.resolve("/v1/models")))
                    .contains("\"id\":\"small\"", "\"id\":\"demo-model\"", "\"aliases\":[\"gpt-4o\"]");
            assertThat(get(address.resolve("/health"))).contains("ok");
            assertThat(get(address.resolve("/"))).contains("<title>Orrery</title>");
        }
    }

    @Test
    void servesTheModelsOfAFolder() throws Exception {
        String folder = Path.of("..").toString();
        try (var server = new Running("serve", "--models-dir", folder, "--idle-unload", "15m", "--port", "0")) {
            var address = server.address();
            assertThat(server.errors.toString()).contains("serving the models in " + folder);
            assertThat(get(address.resolve("/v1/models")))
                    .contains("\"id\":\"demo-model\"", "\"status\":{\"value\":\"unloaded\"}");
        }
    }

    @Test
    void refusesWhatCannotBeMeantForSeveralModels(@TempDir Path folder) {
        assertThat(Cli.run("serve", "--models-dir", folder.resolve("nothing").toString())
                        .err())
                .contains("there is no folder of models at");
        assertThat(Cli.run("serve", "--models-dir", folder.toString(), "--alias", "x")
                        .err())
                .contains("--alias x is for the first --model, and there is none");
        assertThat(Cli.run("serve", "--model", DEMO, "--max-models", "0").err())
                .contains("--max-models is 0, expected at least 1");
        assertThat(Cli.run("serve", "--model", DEMO, "--idle-unload", "15").err())
                .contains("\"15\" is not a span of time, expected one such as 90s, 15m or 2h");
        assertThat(Cli.run("serve", "--model", DEMO, "--memory", "much").err())
                .contains("\"much\" is not a memory size");
    }

    @Test
    void refusesWhatCannotBeServedBeforeItListens(@TempDir Path folder) throws IOException {
        assertThat(Cli.run("serve", "--model", folder.resolve("nothing").toString())
                        .err())
                .contains("there is no model at");
        assertThat(Cli.run("serve", "--model", "a=" + DEMO, "--model", "a=" + DEMO)
                        .err())
                .contains("two models are called a");
        assertThat(Cli.run("serve", "--model", "a=" + DEMO, "--model", "b=" + DEMO, "--alias", "b")
                        .err())
                .contains("--alias b is the name of a model already");
        assertThat(Cli.run("serve", "--port", "70000").err()).contains("--port is 70000, expected 0 to 65535");
        assertThat(Cli.run("serve", "--max-wait", "0").err()).contains("--max-wait is 0.0, expected 0.001 to");
        assertThat(Cli.run("serve", "--model", DEMO, "--host", "0.0.0.0").err())
                .contains("0.0.0.0 can be reached from other machines, and there is no API key");
        assertThat(Cli.run("serve", "--model", DEMO, "--tls-key", "k").err())
                .contains("--tls-cert and --tls-key belong together, and --tls-cert is missing");
        assertThat(Cli.run("serve", "--model", DEMO, "--tls-cert", folder.resolve("none.crt"), "--tls-key", "k")
                        .err())
                .contains("there is no certificate file " + folder.resolve("none.crt"));
        var keys = Files.writeString(folder.resolve("keys"), "\n \n");
        assertThat(Cli.run("serve", "--model", DEMO, "--api-key-file", keys.toString())
                        .err())
                .contains("holds no API key");
    }

    @Test
    void namesAPortThatIsTaken() throws IOException {
        try (var taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            var run = Cli.run("serve", "--model", DEMO, "--port", String.valueOf(taken.getLocalPort()));
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err())
                    .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": another program does");
        }
    }
}
