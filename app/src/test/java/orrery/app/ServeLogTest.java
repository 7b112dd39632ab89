package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code serve} logs of requests, and what it does not. */
final class ServeLogTest {
    private static final String SECRET = "sk-secret-of-a-client";
    private static final String QUESTION = "What is RoPE, Xanthippe?";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    /** Asks a question, an unknown path, a wrong body and without a key; what was logged. */
    private List<String> logged(String... options) throws Exception {
        Path keys = Files.writeString(folder.resolve("keys"), SECRET + "\n");
        var arguments = new java.util.ArrayList<>(List.of(
                "serve",
                "--model",
                Cli.DEMO.toString(),
                "--port",
                "0",
                "--threads",
                "1",
                "--api-key-file",
                keys.toString()));
        arguments.addAll(List.of(options));
        String said;
        try (var server = new ServeCommandTest.Running(arguments.toArray(String[]::new))) {
            var address = server.address();
            String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"" + QUESTION
                    + "\"}],\"temperature\":0,\"max_tokens\":5,\"unheard-of\":1}";
            assertThat(post(address, "/v1/chat/completions", SECRET, body)).isEqualTo(200);
            assertThat(post(address, "/v1/none%0a2026-01-01T00:00:00Z%20error%20forged", SECRET, body))
                    .isEqualTo(404);
            assertThat(post(address, "/v1/chat/completions", SECRET, "{\"messages\":\"" + QUESTION + "\"}"))
                    .isEqualTo(400);
            assertThat(post(address, "/v1/chat/completions", "another", body)).isEqualTo(401);
            assertThat(post(address, "/health", "another", "")).isEqualTo(405);
            long patience = System.nanoTime() + 60_000_000_000L;
            while (!server.errors().contains(" 405 ")
                    && System.nanoTime() < patience
                    && !List.of(options).contains("error")) {
                Thread.sleep(20);
            }
            said = server.errors();
        }
        assertThat(said).doesNotContain(SECRET, "another", "secret");
        return said.lines().toList();
    }

    private static int post(URI server, String path, String key, String body) throws IOException {
        var connection = (HttpURLConnection) URI.create(server + path).toURL().openConnection();
        connection.setReadTimeout(60_000);
        connection.setDoOutput(true);
        connection.setRequestProperty("content-type", "application/json");
        connection.setRequestProperty("authorization", "Bearer " + key);
        connection.setRequestProperty("x-request-id", "mine-1");
        try (var out = connection.getOutputStream()) {
            out.write(body.getBytes(StandardCharsets.UTF_8));
        }
        int status = connection.getResponseCode();
        connection.disconnect();
        return status;
    }

    @Test
    void eachRequestIsOneLineWithoutWhatWasAsked() throws Exception {
        var lines = logged();

        assertThat(String.join("\n", lines)).doesNotContain("Xanthippe", "RoPE");
        assertThat(lines)
                .anyMatch(line -> line.matches(
                        "\\S+Z info POST /v1/chat/completions 200 \\d+ ms id=mine-1 model=demo-model prompt_tokens=\\d+"
                                + " cached_tokens=\\d+ generated_tokens=5 finish_reason=length first_token_ms=\\d+"));
        assertThat(lines)
                .anyMatch(line -> line.contains(" info POST /v1/none%0a2026-01-01T00:00:00Z%20error%20forged 404 "));
        assertThat(lines).anyMatch(line -> line.matches(".* POST /v1/chat/completions 400 \\d+ ms id=mine-1"));
        assertThat(lines).anyMatch(line -> line.endsWith(" id=mine-1 error=invalid_api_key"));
        assertThat(lines).anyMatch(line -> line.endsWith("ignored in /v1/chat/completions: unheard-of"));
        assertThat(lines.stream().filter(line -> line.contains(" ms id="))).hasSize(5);
    }

    @Test
    void underLogJsonEveryLineIsAnObject() throws Exception {
        List<JsonNode> lines = logged("--log-json").stream()
                .map(line -> (JsonNode) JSON.readTree(line))
                .toList();

        var answered = lines.stream()
                .filter(line -> line.path("logger").asString("").equals("orrery.access")
                        && line.path("status").asInt() == 200)
                .findFirst()
                .orElseThrow();
        assertThat(answered.path("method").asString()).isEqualTo("POST");
        assertThat(answered.path("path").asString()).isEqualTo("/v1/chat/completions");
        assertThat(answered.path("id").asString()).isEqualTo("mine-1");
        assertThat(answered.path("model").asString()).isEqualTo("demo-model");
        assertThat(answered.path("generated_tokens").asInt()).isEqualTo(5);
        assertThat(lines).anyMatch(line -> line.path("message").asString("").startsWith("listening on http://"));
    }

    @Test
    void promptsAndAnswersAreLoggedWhereThatIsAskedFor() throws Exception {
        var lines = logged("--log-prompts");

        assertThat(lines).anyMatch(line -> line.contains(" debug prompt of mine-1: ") && line.contains(QUESTION));
        assertThat(lines).anyMatch(line -> line.contains(" debug answer of mine-1: "));
    }

    @Test
    void aQuietServerLogsErrorsAlone() throws Exception {
        assertThat(logged("--log", "error"))
                .hasSize(2)
                .allMatch(line -> line.startsWith("serving ") || line.startsWith("listening "));
        assertThat(Cli.run("serve", "--log", "loud").err())
                .contains("--log is loud, expected error, warning, info or debug");
    }
}
