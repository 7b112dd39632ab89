package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.engine.LoadListener;
import orrery.engine.TimeLimits;
import orrery.server.api.ListedModel;
import orrery.server.api.ModelRoom;
import orrery.server.api.ServedModels;

/** Models that are loaded when they are asked for, and unloaded when another needs the room. */
class SeveralModelsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private static void awaitWaiting(ServerFixture fixture, String model, int requests) {
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> Scripts.gauge(fixture, "orrery_requests_waiting", model) == requests);
    }

    private static Set<Thread> engines() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("orrery-engine"))
                .collect(Collectors.toSet());
    }

    @Test
    void theFirstIsLoadedAtTheStartAndTheOthersWhenTheyAreAskedFor() {
        var scripts = new Scripts(folder).with("a").with("b");
        try (var fixture = ServerFixture.start(scripts.sources("a", "b"), options -> options)) {
            await().atMost(LONG).until(() -> fixture.get("/ready").status() == 200);
            assertThat(Scripts.loaded(fixture, "a")).isTrue();
            assertThat(Scripts.loaded(fixture, "b")).isFalse();
            var before = fixture.get("/v1/models").json().path("data");
            assertThat(before.at("/0/status/value").asString()).isEqualTo("loaded");
            assertThat(before.at("/1/status/value").asString()).isEqualTo("unloaded");

            scripts.ask(fixture, "b");
            scripts.ask(fixture, "a");

            // There is room for both.
            var after = fixture.get("/v1/models").json().path("data");
            for (int i = 0; i < 2; i++) {
                assertThat(after.at("/" + i + "/status/value").asString()).isEqualTo("loaded");
                assertThat(before.get(i).path("max_model_len"))
                        .isEqualTo(after.get(i).path("max_model_len"));
                assertThat(before.get(i).path("chat_format"))
                        .isEqualTo(after.get(i).path("chat_format"));
            }
            var nameless = fixture.post("/v1/completions", "{\"prompt\":[5],\"max_tokens\":1}");
            assertThat(nameless.status()).isEqualTo(400);
            assertThat(nameless.body()).contains("model is missing; expected one of a, b");
        }
    }

    @Test
    void eightClientsAskTwoModelsOfWhichMemoryHoldsOne() throws Exception {
        var scripts = new Scripts(folder).with("a").with("b");
        var others = engines();
        var most = new AtomicInteger();
        var done = new AtomicBoolean();
        // A byte is less than any model needs: each is loaded alone.
        try (var fixture = ServerFixture.start(scripts.sources("a", "b").withMemory(1), options -> options);
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var watcher = Thread.ofPlatform().start(() -> {
                while (!done.get()) {
                    var now = engines();
                    now.removeAll(others);
                    most.accumulateAndGet(now.size(), Math::max);
                    java.util.concurrent.locks.LockSupport.parkNanos(500_000);
                }
            });
            var running = new ArrayList<Future<?>>();
            for (int client = 0; client < 8; client++) {
                int number = client;
                running.add(clients.submit(() -> {
                    for (int i = 0; i < 6; i++) {
                        scripts.ask(fixture, (number + i) % 2 == 0 ? "a" : "b");
                    }
                }));
            }
            for (var one : running) {
                one.get();
            }
            done.set(true);
            watcher.join();
            assertThat(most.get()).as("engines at the same time").isEqualTo(1);
            assertThat(fixture.metric("orrery_model_loaded")).isEqualTo(1);
            assertThat(fixture.metric("orrery_answers_total")).isEqualTo(48);
            await().atMost(LONG).until(() -> fixture.open() == 0);
        }
    }

    @Test
    void requestsForAModelThatNeedsRoomWaitInOrder() throws Exception {
        var scripts = new Scripts(folder).with("a").with("b").with("c");
        var listed = scripts.sources("a", "b", "c").listed(4);
        var order = new ArrayList<String>();
        try (var models =
                        new ServedModels(listed, Optional.empty(), 4, new ModelRoom(1, 1), Optional.empty(), _ -> {});
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            models.start(LoadListener.NONE);
            var waiting = new ArrayList<Future<?>>();
            try (var _ = models.use(listed.getFirst())) {
                // The first is in memory, but those that asked before have their turn before it is used again.
                for (int number : new int[] {1, 2, 0, 1}) {
                    waiting.add(waiting(listed.get(number), models, order, threads));
                }
                assertThat(listed.getFirst().status()).isEqualTo(ListedModel.Status.LOADED);
                assertThat(order).isEmpty();
            }
            for (var one : waiting) {
                one.get();
            }
            // Who waits for the same model has it at the same time.
            assertThat(order).containsExactly("b", "b", "c", "a");
        }
    }

    /** A use that waits. Until a model has been chosen to make room, those of it do not, and another is tried. */
    private static Future<?> waiting(
            ListedModel model, ServedModels models, ArrayList<String> order, ExecutorService threads) {
        while (true) {
            int before = model.waiting();
            var use = threads.submit(() -> {
                try (var now = models.use(model)) {
                    synchronized (order) {
                        order.add(now.model().name());
                    }
                }
            });
            await().atMost(LONG).until(() -> use.isDone() || model.waiting() == before + 1);
            if (!use.isDone()) {
                return use;
            }
            synchronized (order) {
                order.clear();
            }
        }
    }

    @Test
    void aClientThatLeavesStopsWaitingAndHoldsNoOtherUp() {
        var scripts = new Scripts(folder).with("a").with("b");
        try (var fixture = ServerFixture.start(
                        scripts.sources("a", "b").withMost(1), options -> options.withLimits(Scripts.PATIENT));
                var _ = Scripts.holding(fixture, "a")) {
            var first = fixture.wire().send(Wire.post("/v1/completions", scripts.question("b")));
            var second = fixture.wire().send(Wire.post("/v1/completions", scripts.question("b")));
            awaitWaiting(fixture, "b", 2);
            first.close();
            awaitWaiting(fixture, "b", 1);
            second.reset();
            awaitWaiting(fixture, "b", 0);

            // The model that was to make room is asked again, and still loaded.
            scripts.ask(fixture, "a");
            assertThat(Scripts.loaded(fixture, "b")).isFalse();
            assertThat(Scripts.loaded(fixture, "a")).isTrue();
        }
    }

    @Test
    void tooManyThatWaitForAModelAreToldToComeAgain() {
        var scripts = new Scripts(folder).with("a").with("b");
        try (var fixture = ServerFixture.start(
                        scripts.sources("a", "b").withMost(1),
                        options -> options.withLimits(Scripts.PATIENT).withQueue(0));
                var _ = Scripts.holding(fixture, "a")) {
            var waiting = new ArrayList<Wire>();
            for (int i = 0; i < 4; i++) {
                waiting.add(fixture.wire().send(Wire.post("/v1/completions", scripts.question("b"))));
            }
            awaitWaiting(fixture, "b", 4);
            var answer = fixture.post("/v1/completions", scripts.question("b"));
            assertThat(answer.status()).as(answer.body()).isEqualTo(429);
            assertThat(answer.header("retry-after")).matches("[1-9][0-9]?");
            waiting.forEach(Wire::close);
            awaitWaiting(fixture, "b", 0);
        }
    }

    @Test
    void aRequestWaitsForAModelNoLongerThanForItsTurn() {
        var scripts = new Scripts(folder).with("a").with("b");
        var times = new TimeLimits(Optional.of(Duration.ofSeconds(3)), Optional.empty());
        try (var fixture = ServerFixture.start(
                scripts.sources("a", "b").withMost(1),
                options -> options.withLimits(Scripts.PATIENT).withTimes(times))) {
            await().atMost(LONG).until(() -> fixture.get("/ready").status() == 200);
            try (var _ = Scripts.holding(fixture, "a")) {
                var answer = fixture.post("/v1/completions", scripts.question("b"));
                assertThat(answer.status()).as(answer.body()).isEqualTo(503);
                assertThat(answer.json().at("/error/code").asString()).isEqualTo("timeout");
                assertThat(answer.body()).contains("the model 'b' was not loaded within 3.0 s");
                assertThat(answer.header("retry-after")).isNotEmpty();
                awaitWaiting(fixture, "b", 0);
            }
        }
    }

    @Test
    void aModelThatCannotBeLoadedIsSaidSoWithoutItsPathAndTriedAgain() throws IOException {
        var scripts = new Scripts(folder).with("a").with("b");
        var weights = scripts.path("b").resolve("model.safetensors");
        byte[] whole = Files.readAllBytes(weights);
        try (var fixture = ServerFixture.start(scripts.sources("a", "b").withMost(1), options -> options)) {
            Files.write(weights, java.util.Arrays.copyOf(whole, whole.length / 2));
            var answer = fixture.post("/v1/completions", scripts.question("b"));
            assertThat(answer.status()).as(answer.body()).isEqualTo(503);
            assertThat(answer.json().at("/error/code").asString()).isEqualTo("model_load_failed");
            assertThat(answer.body())
                    .contains("the model 'b' could not be loaded: b/model.safetensors")
                    .doesNotContain(folder.toString());
            var message = fixture.post(
                    "/v1/messages",
                    "{\"model\":\"b\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
            assertThat(message.json().at("/error/type").asString()).isEqualTo("overloaded_error");
            assertThat(fixture.get("/v1/models/b").json().path("status").toString())
                    .isEqualTo("{\"value\":\"unloaded\",\"failed\":true}");

            // The others have not noticed, and it is tried again.
            scripts.ask(fixture, "a");
            Files.write(weights, whole);
            scripts.ask(fixture, "b");
            assertThat(fixture.get("/v1/models/b").json().path("status").toString())
                    .isEqualTo("{\"value\":\"loaded\"}");
        }
    }

    @Test
    void anUnusedModelIsUnloadedWithoutHarmToARequestThatComesThen() throws Exception {
        var scripts = new Scripts(folder).with("a").with("b");
        try (var fixture = ServerFixture.start(
                        scripts.sources("a", "b").withIdle(Duration.ofMillis(1)), options -> options);
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int client = 0; client < 3; client++) {
                int number = client;
                running.add(clients.submit((Callable<Void>) () -> {
                    for (int i = 0; i < 25; i++) {
                        scripts.ask(fixture, number == 0 ? "b" : "a");
                        // Sometimes before and sometimes after it is unloaded.
                        Thread.sleep(Duration.ofNanos(100_000L * (i % 20)));
                    }
                    return null;
                }));
            }
            for (var one : running) {
                one.get();
            }
            await().atMost(LONG).until(() -> fixture.metric("orrery_model_loaded") == 0);
            assertThat(fixture.metric("orrery_answers_total")).isEqualTo(75);
            assertThat(fixture.metric("orrery_kv_cache_usage_ratio")).isZero();
            assertThat(fixture.open()).isZero();
            scripts.ask(fixture, "a");
            assertThat(fixture.metric("orrery_answers_total")).isEqualTo(76);
        }
    }

    @Test
    void aModelInUseIsNeverUnloaded() {
        var scripts = new Scripts(folder).with("a");
        try (var fixture = ServerFixture.start(
                        scripts.sources("a").withIdle(Duration.ofMillis(50)),
                        options -> options.withLimits(Scripts.PATIENT));
                var held = Scripts.holding(fixture, "a")) {
            await().pollDelay(Duration.ofMillis(500)).atMost(LONG).until(() -> Scripts.loaded(fixture, "a"));
            held.close();
            await().atMost(LONG).until(() -> !Scripts.loaded(fixture, "a"));
        }
    }

    @Test
    void aServerThatEndsRefusesWhoWaits() throws Exception {
        var scripts = new Scripts(folder).with("a").with("b");
        try (var fixture = ServerFixture.start(
                        scripts.sources("a", "b").withMost(1),
                        options -> options.withLimits(Scripts.PATIENT).withDrain(Duration.ofMillis(100)));
                var _ = Scripts.holding(fixture, "a")) {
            var waiting = fixture.wire().send(Wire.post("/v1/completions", scripts.question("b")));
            awaitWaiting(fixture, "b", 1);
            fixture.server.close();
            assertThat(waiting.readAnswer()).startsWith("HTTP/1.1 503").contains("the server is stopping");
            waiting.close();
        }
    }

    @Test
    void aServerCanEndWhileAModelIsBeingLoaded() throws Exception {
        var scripts = new Scripts(folder).with("a").with("b");
        var others = engines();
        for (int i = 0; i < 12; i++) {
            try (var fixture = ServerFixture.start(
                            scripts.sources("a", "b"), options -> options.withDrain(Duration.ZERO));
                    var wire = fixture.wire()) {
                wire.send(Wire.post("/v1/completions", scripts.question("b")));
                Thread.sleep(3L * i);
                fixture.server.close();
                String answer = wire.readToEnd();
                assertThat(answer).matches("(?s)|HTTP/1.1 (200 .*" + Scripts.text("b") + "|503 .*stopping).*");
            }
            var left = engines();
            left.removeAll(others);
            assertThat(left).isEmpty();
        }
    }

    @Test
    void everyModelHasItsAliasesAndOtherEndpointsLoadThem() {
        var scripts = new Scripts(folder).with("a").with("b");
        var sources = ModelSources.of(java.util.List.of(scripts.source("a", "gpt-4o"), scripts.source("b", "small")));
        try (var fixture = ServerFixture.start(sources.withMost(1), options -> options)) {
            var tokens = fixture.post("/tokenize", "{\"model\":\"small\",\"content\":\"none other\"}");
            assertThat(tokens.json().path("tokens").size()).isPositive();
            assertThat(Scripts.loaded(fixture, "b")).isTrue();
            assertThat(Scripts.loaded(fixture, "a")).isFalse();
            var answer = fixture.post("/v1/completions", scripts.question("a").replace("\"a\"", "\"gpt-4o\""));
            assertThat(answer.json().at("/choices/0/text").asString()).isEqualTo(Scripts.text("a"));
        }
    }
}
