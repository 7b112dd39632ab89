package orrery.bench;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many clients at the same time, each with one request after another: prompts of 16 to 512 tokens, answers of 16 to
 * 128. Prints the 50th, 95th and 99th percentile of the time to the first token and of the pauses between tokens. The
 * requests depend only on the client's number, so two servers get the same ones.
 *
 * <pre>bench/serve-load http://localhost:8080 --clients 16 [seconds] [largest token id]</pre>
 */
final class ServeClients {
    private final List<Double> first = Collections.synchronizedList(new ArrayList<>());
    private final List<Double> between = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger failed = new AtomicInteger();

    private ServeClients() {}

    static void main(String[] arguments) throws InterruptedException {
        int clients = Integer.parseInt(arguments[2]);
        int seconds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 60;
        int largestId = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 30_000;
        new ServeClients().run(new CompletionClient(URI.create(arguments[0])), clients, seconds, largestId);
    }

    private void run(CompletionClient client, int clients, int seconds, int largestId) throws InterruptedException {
        long began = System.nanoTime();
        long end = began + seconds * 1_000_000_000L;
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < clients; i++) {
            var random = new Random(i);
            threads.add(Thread.ofVirtual().start(() -> {
                while (System.nanoTime() < end) {
                    ask(client, random, largestId);
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        double took = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%d clients, %.0f s: %d answers, %d failed, %.1f tok/s; first token %s ms; between tokens %s ms%n",
                clients,
                took,
                first.size(),
                failed.get(),
                (first.size() + between.size()) / took,
                percentiles(first),
                percentiles(between));
    }

    private void ask(CompletionClient client, Random random, int largestId) {
        int[] prompt = random.ints(16 + random.nextInt(497), 1000, largestId).toArray();
        int tokens = 16 + random.nextInt(113);
        try {
            var arrivals = client.complete(prompt, tokens);
            first.add(arrivals.firstSeconds() * 1000);
            between.addAll(arrivals.pauses());
        } catch (IOException e) {
            failed.incrementAndGet();
            System.err.println(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String percentiles(List<Double> values) {
        if (values.isEmpty()) {
            return "none";
        }
        var sorted = values.stream().sorted().toList();
        int most = sorted.size() - 1;
        return String.format(
                Locale.ROOT,
                "p50 %.0f, p95 %.0f, p99 %.0f",
                sorted.get((int) Math.round(0.5 * most)),
                sorted.get((int) Math.round(0.95 * most)),
                sorted.get((int) Math.round(0.99 * most)));
    }
}
