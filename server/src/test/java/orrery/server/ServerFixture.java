package orrery.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import orrery.engine.EngineOptions;
import orrery.engine.LoadListener;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server of the demo model on a free port, and a client that speaks as plainly as HTTP allows. As a registered
 * extension it serves all tests of a class.
 */
final class ServerFixture implements AfterAllCallback, AutoCloseable {
    static final JsonMapper JSON = new JsonMapper();
    /** No test waits for so long: a machine that is busy with others may need some of it. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    final Server server;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    private ServerFixture(Server server) {
        this.server = server;
    }

    /** With so many answers at the same time. */
    static ServerFixture start(int maxSequences, UnaryOperator<ServerOptions> change) {
        // One thread: other tests run beside these, and threads that wait for one another by spinning would take turns.
        var engine = EngineOptions.defaults().withThreads(1).withMaxSequences(maxSequences);
        return start(
                ModelSources.of(List.of(new ModelSource("demo", List.of("gpt-4o"), Path.of("../demo-model"), engine))),
                change);
    }

    static ServerFixture start(ModelSources sources, UnaryOperator<ServerOptions> change) {
        var options = change.apply(ServerOptions.defaults().withAddress("127.0.0.1", 0));
        return new ServerFixture(Server.start(options, sources, LoadListener.NONE));
    }

    static ServerFixture start() {
        return start(8, options -> options);
    }

    int port() {
        return server.address().getPort();
    }

    /**
     * What came back.
     *
     * @param body the whole
     */
    record Answer(int status, HttpResponse<String> response, String body) {
        JsonNode json() {
            return JSON.readTree(body);
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** The data of a stream's events, in their order. */
        List<String> data() {
            var data = new ArrayList<String>();
            for (String event : body.split("\n\n")) {
                for (String line : event.split("\n")) {
                    if (line.startsWith("data: ")) {
                        data.add(line.substring(6));
                    }
                }
            }
            return data;
        }

        /** The same as JSON, without {@code [DONE]}. */
        List<JsonNode> events() {
            return data().stream()
                    .filter(data -> !data.equals("[DONE]"))
                    .map(data -> (JsonNode) JSON.readTree(data))
                    .toList();
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(PATIENCE);
    }

    Answer send(HttpRequest request) {
        try {
            var response = client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
            return new Answer(response.statusCode(), response, response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Answer get(String path) {
        return send(request(path).build());
    }

    Answer post(String path, String json) {
        return send(request(path)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json, UTF_8))
                .build());
    }

    /** Answers that run or wait, by {@code /metrics}. */
    int open() {
        return (int) (metric("orrery_requests_running") + metric("orrery_requests_waiting"));
    }

    /** The value of a gauge or counter; the sum of its series. */
    double metric(String name) {
        double sum = 0;
        var line = Pattern.compile("^" + name + "(\\{[^}]*})? (\\S+)$", Pattern.MULTILINE);
        var matcher = line.matcher(get("/metrics").body());
        while (matcher.find()) {
            sum += Double.parseDouble(matcher.group(2));
        }
        return sum;
    }

    Wire wire() {
        return new Wire(port());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
