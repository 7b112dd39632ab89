package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code serve} as a process of its own, with the launcher's flags and with the libraries that the launcher puts on the
 * class path: what only the tests need is not there.
 */
@EnabledOnOs({OS.LINUX, OS.MAC})
final class ServeProcessTest {
    private static final Pattern ADDRESS = Pattern.compile("listening on (https?://\\S+)");
    private static final JsonMapper JSON = new JsonMapper();
    private static final int PATIENCE_MILLIS = 60_000;

    @TempDir
    private Path folder;

    private Process start(String... arguments) throws Exception {
        Path libraries = Path.of("target", "runtime-class-path");
        assumeTrue(Files.exists(libraries), "Maven writes which libraries the program has, and did not build this");
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(StartTest.launcherFlags());
        command.addAll(List.of(
                "-Dorrery.home=" + Path.of("..").toAbsolutePath().normalize(),
                "-cp",
                Path.of("target", "classes")
                        + File.pathSeparator
                        + Files.readString(libraries).strip(),
                "orrery.app.Start",
                "serve",
                "--port",
                "0",
                "--threads",
                "1"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().remove("ORRERY_API_KEY");
        return builder.redirectInput(Files.createTempFile(folder, "input", "").toFile())
                .redirectOutput(folder.resolve("output").toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
    }

    private URI address(Process server) throws Exception {
        long patience = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (server.isAlive() && System.nanoTime() < patience) {
            var found = ADDRESS.matcher(Files.readString(folder.resolve("errors")));
            if (found.find()) {
                return URI.create(found.group(1));
            }
            Thread.sleep(20);
        }
        throw new AssertionError("it does not listen: " + Files.readString(folder.resolve("errors")));
    }

    private static HttpURLConnection ask(URI server, String path) throws IOException {
        var connection = (HttpURLConnection) server.resolve(path).toURL().openConnection();
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        return connection;
    }

    private static HttpURLConnection post(URI server, String path, String body) throws IOException {
        var connection = ask(server, path);
        connection.setDoOutput(true);
        connection.setRequestProperty("content-type", "application/json");
        try (var out = connection.getOutputStream()) {
            out.write(body.getBytes(StandardCharsets.UTF_8));
        }
        return connection;
    }

    private static String text(HttpURLConnection connection) throws IOException {
        try (var in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theProgramAnswersStreamsAndEndsWhenToldToAfterItsLastAnswer() throws Exception {
        var server = start();
        try {
            var address = address(server);
            assertThat(text(ask(address, "/health"))).contains("ok");
            var whole = JSON.readTree(
                    text(
                            post(
                                    address,
                                    "/v1/chat/completions",
                                    "{\"messages\":[{\"role\":\"user\",\"content\":\"What is RoPE?\"}],\"temperature\":0,\"max_tokens\":4}")));
            assertThat(whole.at("/choices/0/message/content").asString()).startsWith("RoPE turns");
            assertThat(text(ask(address, "/metrics"))).contains("orrery_requests_total{api=\"chat\",status=\"200\"} 1");

            var stream = post(
                    address,
                    "/v1/chat/completions",
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"What is RoPE?\"}],\"max_tokens\":1000,"
                            + "\"ignore_eos\":true,\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
            var events = new ArrayList<String>();
            try (var reader =
                    new BufferedReader(new InputStreamReader(stream.getInputStream(), StandardCharsets.UTF_8))) {
                String line = reader.readLine();
                server.destroy();
                for (; line != null; line = reader.readLine()) {
                    if (line.startsWith("data: ")) {
                        events.add(line.substring("data: ".length()));
                    }
                }
            }

            assertThat(server.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
            assertThat(server.exitValue()).as("a JVM that SIGTERM ends").isEqualTo(128 + 15);
            assertThat(events).last().isEqualTo("[DONE]");
            JsonNode usage = JSON.readTree(events.get(events.size() - 2)).path("usage");
            assertThat(usage.path("completion_tokens").asInt()).isEqualTo(1000);
            assertThat(folder.resolve("errors"))
                    .content()
                    .contains("serving demo (")
                    .containsPattern(" info POST /v1/chat/completions 200 .* generated_tokens=4 finish_reason=length")
                    .as("what is logged after the signal")
                    .containsPattern(" info POST /v1/chat/completions 200 .* generated_tokens=1000 ")
                    .doesNotContain("Exception", "WARNING");
            assertThat(folder.resolve("output")).isEmptyFile();
        } finally {
            server.destroyForcibly().waitFor();
        }
    }
}
