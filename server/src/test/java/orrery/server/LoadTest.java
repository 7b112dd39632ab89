package orrery.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static orrery.server.ServerFixture.PATIENCE;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many clients at once, some of whom leave or talk nonsense: every answer is the one that its request has alone, and
 * nothing is left behind. {@code -Dorrery.load=600} makes it last; it prints what clients waited.
 */
class LoadTest {
    private static final int CLIENTS = 64;
    private static final long SECONDS = Long.getLong("orrery.load", 5);
    private static final Pattern TEXT = Pattern.compile("\"text\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    private record Prompt(String body, String text) {}

    /** Requests of mixed lengths, and what each is answered alone. */
    private static List<Prompt> prompts(ServerFixture fixture) {
        var prompts = new ArrayList<Prompt>();
        var texts = List.of(
                "It was a",
                "<start_of_turn>user\\nHow many layers does Gemma 3 27B have?<end_of_turn>\\n<start_of_turn>model\\n",
                "The ship had been at sea for many days and ",
                "Once there was a king who had three daughters, and each of them was ".repeat(8),
                "Chapter I. In which nothing happens at all. ".repeat(30));
        for (int i = 0; i < texts.size(); i++) {
            for (int tokens : List.of(1, 7, 40)) {
                String body = "{\"prompt\":\"" + texts.get(i)
                        + "\",\"temperature\":0,\"ignore_eos\":true,\"max_tokens\":" + tokens + "}";
                prompts.add(new Prompt(
                        body,
                        fixture.post("/v1/completions", body)
                                .json()
                                .at("/choices/0/text")
                                .asString()));
            }
        }
        return prompts;
    }

    /** What the clients saw. */
    private static final class Seen {
        final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<Long> first = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<Long> between = new ConcurrentLinkedQueue<>();
        final AtomicInteger answers = new AtomicInteger();
        final AtomicInteger refused = new AtomicInteger();
        final AtomicInteger left = new AtomicInteger();
        final AtomicInteger garbage = new AtomicInteger();
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 8})
    void manyClientsAreEachAnsweredAsIfAlone(int sequences) throws InterruptedException {
        try (var fixture = ServerFixture.start(sequences, options -> options.withQueue(sequences == 64 ? 4 : 2))) {
            var prompts = prompts(fixture);
            round(fixture, prompts, Math.min(2, SECONDS), new Seen());
            long heapBefore = heap();
            int threadsBefore = Thread.getAllStackTraces().size();
            var seen = new Seen();
            round(fixture, prompts, SECONDS, seen);

            System.out.printf(
                    "%d places: %d answers, %d refused, %d left, %d garbage; first token %s; between tokens %s%n",
                    sequences,
                    seen.answers.get(),
                    seen.refused.get(),
                    seen.left.get(),
                    seen.garbage.get(),
                    percentiles(seen.first),
                    percentiles(seen.between));
            assertThat(seen.wrong).isEmpty();
            assertThat(seen.answers.get()).isGreaterThan(20);
            if (sequences == 64) {
                assertThat(seen.refused.get()).isZero();
            } else {
                assertThat(seen.refused.get()).isPositive();
            }
            await().atMost(PATIENCE).until(() -> fixture.open() == 0);
            long heapAfter = heap();
            System.out.printf("heap %d kB before, %d kB after%n", heapBefore >> 10, heapAfter >> 10);
            assertThat(heapAfter - heapBefore).isLessThan(24L << 20);
            // The machine's own may come and go.
            await().atMost(PATIENCE).until(() -> Thread.getAllStackTraces().size() <= threadsBefore + 2);
        }
        await().atMost(PATIENCE)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("vert.x-eventloop")));
    }

    private static long heap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
            var runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private static void round(ServerFixture fixture, List<Prompt> prompts, long seconds, Seen seen)
            throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        var clients = new ArrayList<Thread>();
        for (int i = 0; i < CLIENTS; i++) {
            var random = new Random(i);
            int port = fixture.port();
            clients.add(Thread.ofVirtual().start(() -> {
                while (System.nanoTime() < end) {
                    try {
                        client(port, prompts.get(random.nextInt(prompts.size())), random, seen);
                    } catch (UncheckedIOException | AssertionError e) {
                        seen.wrong.add(String.valueOf(e));
                    }
                }
            }));
        }
        for (var client : clients) {
            client.join();
        }
    }

    private static void client(int port, Prompt prompt, Random random, Seen seen) {
        try (var wire = new Wire(port)) {
            switch (random.nextInt(10)) {
                case 0 -> {
                    byte[] garbage = new byte[random.nextInt(1, 400)];
                    random.nextBytes(garbage);
                    if (random.nextBoolean()) {
                        wire.trySend(garbage);
                    } else {
                        wire.send(Wire.head("POST /v1/completions HTTP/1.1\nHost: localhost\n"
                                + "Content-Type: application/json\nContent-Length: " + garbage.length));
                        wire.send(garbage);
                        if (!wire.readAnswer().startsWith("HTTP/1.1 400 ")) {
                            seen.wrong.add("garbage was not refused");
                        }
                    }
                    seen.garbage.incrementAndGet();
                }
                case 1 -> {
                    wire.send(Wire.post(
                            "/v1/completions", streamed(prompt).replace("\"max_tokens\":", "\"max_tokens\":9")));
                    if (!isRefused(wire.readUntil("\r\n\r\n"), seen)) {
                        wire.readUntil("data: ");
                        seen.left.incrementAndGet();
                    }
                }
                case 2 -> {
                    wire.send(Wire.post("/v1/completions", prompt.body()));
                    seen.left.incrementAndGet();
                }
                case 3, 4, 5 -> plain(wire, prompt, seen);
                default -> stream(wire, prompt, seen);
            }
        }
    }

    private static String streamed(Prompt prompt) {
        return prompt.body().replace("{\"prompt\"", "{\"stream\":true,\"prompt\"");
    }

    private static boolean isRefused(String head, Seen seen) {
        if (head.startsWith("HTTP/1.1 429")) {
            if (!head.contains("retry-after: ")) {
                seen.wrong.add(head);
            }
            seen.refused.incrementAndGet();
            return true;
        }
        return false;
    }

    private static void plain(Wire wire, Prompt prompt, Seen seen) {
        wire.send(Wire.post("/v1/completions", prompt.body()));
        String answer = wire.readAnswer();
        if (isRefused(answer, seen)) {
            return;
        }
        int body = answer.indexOf("\r\n\r\n");
        if (!answer.startsWith("HTTP/1.1 200 ") || !text(answer.substring(body)).equals(prompt.text())) {
            seen.wrong.add(prompt + " was answered " + answer);
        }
        seen.answers.incrementAndGet();
    }

    private static void stream(Wire wire, Prompt prompt, Seen seen) {
        long last = System.nanoTime();
        wire.send(Wire.post("/v1/completions", streamed(prompt)));
        String head = wire.readUntil("\r\n\r\n");
        if (isRefused(head, seen)) {
            return;
        }
        var text = new StringBuilder();
        boolean begun = false;
        String event = wire.readUntil("\n\n");
        for (; !event.isEmpty() && !event.contains("[DONE]"); event = wire.readUntil("\n\n")) {
            long now = System.nanoTime();
            (begun ? seen.between : seen.first).add(now - last);
            begun = true;
            last = now;
            text.append(text(event));
        }
        if (!event.contains("[DONE]") || !text.toString().equals(prompt.text())) {
            seen.wrong.add(prompt + " was answered " + head + text + event);
        }
        seen.answers.incrementAndGet();
    }

    /** The text of a choice: the demo model's are of one byte a character, or escaped. */
    private static String text(String json) {
        var matcher = TEXT.matcher(json);
        if (!matcher.find()) {
            return "";
        }
        var bytes = matcher.group(1).getBytes(ISO_8859_1);
        return ServerFixture.JSON
                .readTree("\"" + new String(bytes, UTF_8) + "\"")
                .asString();
    }

    private static String percentiles(ConcurrentLinkedQueue<Long> nanos) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        if (sorted.length == 0) {
            return "none";
        }
        Map<Integer, Double> at = new HashMap<>();
        for (int percent : new int[] {50, 95, 99}) {
            at.put(percent, sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6);
        }
        return String.format(
                "p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, most %.1f ms of %d",
                at.get(50), at.get(95), at.get(99), sorted[sorted.length - 1] / 1e6, sorted.length);
    }
}
