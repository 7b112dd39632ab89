package orrery.bench;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import orrery.bench.CompletionClient.Arrivals;

/**
 * Measures what clients of a server notice, Orrery's or another one with OpenAI's completions API: the time to the
 * first token with and without a cached prefix, the pauses of running answers while a long prompt arrives, tokens per
 * second of one stream and of sixteen.
 *
 * <pre>bench/serve-load http://localhost:8080 [prompt tokens] [answer tokens] [largest token id]</pre>
 */
public final class ServeLoad {
    private static final int STREAMS = 16;
    private static final int RUNNING = 4;

    private final int promptTokens;
    private final int answerTokens;
    private final int largestId;
    private final CompletionClient client;
    private final Random random = new Random(7);

    private ServeLoad(URI address, int promptTokens, int answerTokens, int largestId) {
        client = new CompletionClient(address);
        this.promptTokens = promptTokens;
        this.answerTokens = answerTokens;
        this.largestId = largestId;
    }

    /** Measures a server that is already running. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0) {
            System.err.println("usage: bench/serve-load URL [prompt tokens] [answer tokens] [largest token id]");
            System.err.println("       bench/serve-load URL --clients N [seconds] [largest token id]");
            System.exit(2);
        }
        if (arguments.length > 1 && arguments[1].equals("--clients")) {
            ServeClients.main(arguments);
            return;
        }
        var numbers = Arrays.stream(arguments).skip(1).map(Integer::valueOf).toList();
        new ServeLoad(
                        URI.create(arguments[0]),
                        numbers.size() > 0 ? numbers.get(0) : 4000,
                        numbers.size() > 1 ? numbers.get(1) : 64,
                        numbers.size() > 2 ? numbers.get(2) : 30_000)
                .run();
    }

    private int[] prompt(int length) {
        return random.ints(length, 1000, largestId).toArray();
    }

    private Arrivals complete(int[] prompt, int tokens) throws IOException, InterruptedException {
        return client.complete(prompt, tokens);
    }

    private void run() throws Exception {
        complete(prompt(16), 8);
        var one = complete(prompt(32), 4 * answerTokens);
        double single = one.tokensPerSecond();
        double many = streams();
        System.out.printf(
                Locale.ROOT,
                "1 stream %.1f tok/s, %d streams %.1f tok/s: %.2f times as many%n",
                single,
                STREAMS,
                many,
                many / single);
        int[] prompt = prompt(promptTokens);
        double cold = complete(prompt, 2).firstSeconds();
        double again = complete(prompt, 2).firstSeconds();
        prompt[promptTokens - 1] = 1000 + prompt[promptTokens - 1] % 1000;
        double changed = complete(prompt, 2).firstSeconds();
        System.out.printf(
                Locale.ROOT,
                "first token of a prompt of %d tokens: %.2f s, sent again %.3f s (%.3f), with another last token %.3f s (%.3f)%n",
                promptTokens,
                cold,
                again,
                again / cold,
                changed,
                changed / cold);
        steady();
    }

    /** Tokens per second of all streams together, while all of them run: prompts are read before that. */
    private double streams() throws InterruptedException, ExecutionException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var prompts = IntStream.range(0, STREAMS).mapToObj(_ -> prompt(32)).toList();
            long began = System.nanoTime();
            var running = new ArrayList<Future<Arrivals>>();
            var offsets = new ArrayList<Long>();
            for (int[] prompt : prompts) {
                offsets.add(System.nanoTime() - began);
                running.add(threads.submit(() -> complete(prompt, 4 * answerTokens)));
            }
            long from = 0;
            long to = Long.MAX_VALUE;
            for (int i = 0; i < STREAMS; i++) {
                var nanos = running.get(i).get().nanos();
                from = Math.max(from, offsets.get(i) + nanos.getFirst());
                to = Math.min(to, offsets.get(i) + nanos.getLast());
            }
            long tokens = 0;
            for (int i = 0; i < STREAMS; i++) {
                for (long at : running.get(i).get().nanos()) {
                    tokens += offsets.get(i) + at > from && offsets.get(i) + at <= to ? 1 : 0;
                }
            }
            return tokens * 1e9 / (to - from);
        }
    }

    private void steady() throws InterruptedException, ExecutionException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<Arrivals>>();
            for (int i = 0; i < RUNNING; i++) {
                int[] prompt = prompt(32);
                running.add(threads.submit(() -> complete(prompt, 8 * answerTokens)));
            }
            Thread.sleep(1500);
            int[] large = prompt(promptTokens);
            var reading = threads.submit(() -> complete(large, 2));
            Thread.sleep(100);
            int[] brief = prompt(16);
            double shortFirst = threads.submit(() -> complete(brief, 2)).get().firstSeconds();
            double longest = 0;
            for (var one : running) {
                longest = Math.max(longest, Collections.max(one.get().pauses()));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%d streams while a prompt of %d tokens is read: longest pause %.0f ms; a short prompt's first token after"
                            + " %.2f s, the long one's after %.2f s%n",
                    RUNNING,
                    promptTokens,
                    longest,
                    shortFirst,
                    reading.get().firstSeconds());
        }
    }
}
