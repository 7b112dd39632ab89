package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import orrery.engine.EngineOptions;
import orrery.server.http.Limits;

/** A folder of models, of which each says a text of its own when it is asked to go on from one token. */
final class Scripts {
    /** A server with these takes no more of an answer than a client reads, and waits long for it to read on. */
    static final Limits PATIENT = new Limits(
            16 << 10,
            1 << 20,
            100,
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            4 << 10,
            Duration.ofMinutes(5));

    private final Path folder;
    private final Map<String, Integer> lengths = new ConcurrentHashMap<>();

    Scripts(Path folder) {
        this.folder = folder;
    }

    /** What a model says. */
    static String text(String name) {
        return "I am " + name + " and none other";
    }

    /** Writes a model. */
    Scripts with(String name) {
        try {
            var path = Files.createDirectories(folder.resolve(name));
            lengths.put(name, ScriptedModel.write(path, "prompted", text(name), 1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    static EngineOptions options() {
        return EngineOptions.defaults().withThreads(1).withMaxSequences(4);
    }

    ModelSource source(String name, String... aliases) {
        return new ModelSource(name, List.of(aliases), path(name), options());
    }

    /** Models by their names. */
    ModelSources sources(String... names) {
        return ModelSources.of(List.of(names).stream().map(this::source).toList());
    }

    /** What asks a model for its text. */
    String question(String name) {
        return "{\"model\":\"" + name + "\",\"prompt\":[5],\"temperature\":0,\"ignore_eos\":true,\"max_tokens\":"
                + lengths.getOrDefault(name, 9) + "}";
    }

    /** Asks a model, and checks that it and no other has answered. */
    void ask(ServerFixture fixture, String name) {
        var answer = fixture.send(fixture.request("/v1/completions")
                .header("content-type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString(question(name)))
                .build());
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().at("/choices/0/text").asString()).isEqualTo(text(name));
        assertThat(answer.json().path("model").asString()).isEqualTo(name);
    }

    /** A client that has begun to read an endless answer, and does not go on: the model is in use until it leaves. */
    static Wire holding(ServerFixture fixture, String name) {
        var wire = new Wire(fixture.port(), 4 << 10);
        wire.send(Wire.post(
                "/v1/completions",
                "{\"model\":\"" + name + "\",\"prompt\":[5],\"ignore_eos\":true,\"max_tokens\":4000,\"stream\":true}"));
        wire.readUntil("data:");
        return wire;
    }

    /** A gauge of one model. */
    static double gauge(ServerFixture fixture, String gauge, String name) {
        String begin = gauge + "{model=\"" + name + "\"} ";
        return fixture.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(begin))
                .mapToDouble(line -> Double.parseDouble(line.substring(begin.length())))
                .sum();
    }

    static boolean loaded(ServerFixture fixture, String name) {
        return gauge(fixture, "orrery_model_loaded", name) == 1;
    }
}
