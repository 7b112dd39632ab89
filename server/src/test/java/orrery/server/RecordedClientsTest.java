package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What coding agents and other clients send, as it was recorded; the texts in it were replaced. A server that refuses
 * every field that it does not know answers all of it.
 */
class RecordedClientsTest {
    private static final Path RECORDED = Path.of("src", "test", "resources", "clients");

    @RegisterExtension
    static final ServerFixture fixture = ServerFixture.start(2, options -> options.withStrict(true));

    record Recorded(String client, int number, JsonNode request) {
        @Override
        public String toString() {
            return client + " " + number;
        }
    }

    static Stream<Recorded> recorded() throws IOException {
        try (var files = Files.list(RECORDED)) {
            return files.sorted(Comparator.comparing(Path::getFileName)).toList().stream()
                    .flatMap(RecordedClientsTest::requests);
        }
    }

    private static Stream<Recorded> requests(Path file) {
        String client = file.getFileName().toString().replace(".json", "");
        try {
            var requests = ServerFixture.JSON.readTree(Files.readString(file));
            return Stream.iterate(0, i -> i < requests.size(), i -> i + 1)
                    .map(i -> new Recorded(client, i, requests.get(i)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void isAnswered(Recorded one) {
        String path = one.request.get("path").stringValue();
        var request = fixture.request(path);
        one.request
                .get("headers")
                .properties()
                .forEach(header ->
                        request.header(header.getKey(), header.getValue().stringValue()));
        var publisher = one.request.has("body")
                ? HttpRequest.BodyPublishers.ofString(
                        cut(path, one.request.get("body")).toString())
                : HttpRequest.BodyPublishers.noBody();
        var answer = fixture.send(request.method(one.request.get("method").stringValue(), publisher)
                .build());

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("orrery-ignored")).isEmpty();
        if (one.request.has("body")) {
            assertThat(end(path, one.request.get("body"), answer)).isIn("stop", "length", "end_turn", "max_tokens");
        }
    }

    /** A short answer is enough here. */
    private static JsonNode cut(String path, JsonNode body) {
        return ((ObjectNode) body.deepCopy()).put(path.equals("/v1/responses") ? "max_output_tokens" : "max_tokens", 8);
    }

    /** Why an answer ended, where it ended as its API says. */
    private static String end(String path, JsonNode body, ServerFixture.Answer answer) {
        if (!body.path("stream").asBoolean(false)) {
            return answer.json().at("/choices/0/finish_reason").stringValue();
        }
        var events = answer.events();
        var last = events.getLast();
        if (path.equals("/v1/chat/completions")) {
            assertThat(answer.data()).endsWith("[DONE]");
            return events.stream()
                    .map(event -> event.at("/choices/0/finish_reason"))
                    .filter(JsonNode::isString)
                    .findFirst()
                    .orElseThrow()
                    .stringValue();
        }
        if (path.equals("/v1/responses")) {
            assertThat(last.get("type").stringValue()).isIn("response.completed", "response.incomplete");
            return last.at("/response/status").stringValue().equals("completed") ? "stop" : "length";
        }
        assertThat(last.get("type").stringValue()).isEqualTo("message_stop");
        return events.get(events.size() - 2).at("/delta/stop_reason").stringValue();
    }
}
