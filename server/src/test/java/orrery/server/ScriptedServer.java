package orrery.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import orrery.engine.EngineOptions;
import orrery.engine.LoadListener;
import orrery.token.Tokenizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server whose model answers one question, with two tools at hand, by a script.
 *
 * @param scriptTokens how many tokens the script has
 */
record ScriptedServer(Server server, HttpClient client, Tokenizer tokenizer, int scriptTokens)
        implements AutoCloseable {
    static final JsonMapper JSON = new JsonMapper();

    static ScriptedServer start(Path folder, String family, String script) {
        int promptTokens;
        try (var first = start(folder.resolve("first"), family, script, 0)) {
            var counts = Arrays.stream(ScriptedApi.values())
                    .map(api -> first.count(api, api.asking(JSON)))
                    .collect(Collectors.toSet());
            assertThat(counts).as("tokens of one conversation in each API").hasSize(1);
            promptTokens = counts.iterator().next();
        }
        return start(folder.resolve("second"), family, script, promptTokens);
    }

    static ScriptedServer start(Path folder, String family, String script, int promptTokens) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return serving(folder, ScriptedModel.write(folder, family, script, promptTokens));
    }

    /** One whose model has random weights. */
    static ScriptedServer random(Path folder, String family, long seed) {
        ScriptedModel.writeRandom(folder, family, seed);
        return serving(folder, 0);
    }

    private static ScriptedServer serving(Path folder, int tokens) {
        var source = new ModelSource(
                "scripted", List.of(), folder, EngineOptions.defaults().withThreads(1));
        var server =
                Server.start(ServerOptions.defaults().withAddress("127.0.0.1", 0), List.of(source), LoadListener.NONE);
        return new ScriptedServer(server, HttpClient.newHttpClient(), Tokenizer.read(folder), tokens);
    }

    /** The body of an answer with status 200. */
    String post(String path, JsonNode body) {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.address().getPort() + path))
                .header("content-type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString(body.toString(), UTF_8))
                .build();
        try {
            var response = client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many tokens the model needs to say a text. */
    int tokens(String text) {
        return tokenizer.encodePrompt(text).length;
    }

    /** How many tokens a conversation has. */
    int count(ScriptedApi api, ObjectNode body) {
        var asked = body.deepCopy();
        asked.remove("max_tokens");
        return JSON.readTree(post(api.countPath, asked)).get("input_tokens").intValue();
    }

    /** What the whole answer says. */
    ScriptedApi.Said whole(ScriptedApi api, ObjectNode body) {
        return api.whole(JSON.readTree(post(api.path, body)));
    }

    /** What the pieces of a streamed answer say together. */
    ScriptedApi.Said streamed(ScriptedApi api, ObjectNode body) {
        var events = post(api.path, api.streaming(body))
                .lines()
                .filter(line -> line.startsWith("data: ") && !line.equals("data: [DONE]"))
                .map(line -> JSON.readTree(line.substring("data: ".length())))
                .toList();
        assertThat(events.stream().map(event -> event.path("type").asString("")).collect(Collectors.toSet()))
                .doesNotContainAnyElementsOf(Set.of("error", "response.failed"));
        return api.streamed(events);
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
