package orrery.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures what clients of a server notice, Orrery's or another one with OpenAI's completions API: the time to the
 * first token with and without a cached prefix, the pauses of running answers while a long prompt arrives, tokens per
 * second of one stream and of sixteen.
 *
 * <pre>bench/serve-load http://localhost:8080 [prompt tokens] [answer tokens] [largest token id]</pre>
 */
public final class ServeLoad {
    private static final Pattern PIECE = Pattern.compile("\"(?:text|content)\":\"");
    private static final int STREAMS = 16;
    private static final int RUNNING = 4;

    private final URI address;
    private final int promptTokens;
    private final int answerTokens;
    private final int largestId;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Random random = new Random(7);

    /** When the tokens of an answer arrived, in nanoseconds after its request. */
    private record Arrivals(List<Long> nanos) {
        double firstSeconds() {
            return nanos.getFirst() / 1e9;
        }

        double tokensPerSecond() {
            return (nanos.size() - 1) * 1e9 / (nanos.getLast() - nanos.getFirst());
        }

        /** The largest of the pauses between two tokens, in milliseconds. */
        double longestPause() {
            long most = 0;
            for (int i = 1; i < nanos.size(); i++) {
                most = Math.max(most, nanos.get(i) - nanos.get(i - 1));
            }
            return most / 1e6;
        }
    }

    private ServeLoad(URI address, int promptTokens, int answerTokens, int largestId) {
        this.address = address;
        this.promptTokens = promptTokens;
        this.answerTokens = answerTokens;
        this.largestId = largestId;
    }

    /** Measures a server that is already running. */
    public static void main(String[] arguments) throws Exception {
        // A server that closes idle connections may do so just when a request is on its way.
        System.setProperty("jdk.httpclient.keepalive.timeout", "1");
        if (arguments.length == 0) {
            System.err.println("usage: bench/serve-load URL [prompt tokens] [answer tokens] [largest token id]");
            System.exit(2);
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
        String ids = Arrays.stream(prompt).mapToObj(String::valueOf).collect(Collectors.joining(","));
        String body = "{\"prompt\":[" + ids + "],\"max_tokens\":" + tokens
                + ",\"temperature\":0,\"ignore_eos\":true,\"stream\":true}";
        var request = HttpRequest.newBuilder(address.resolve("/v1/completions"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        long began = System.nanoTime();
        var response = client.send(request, BodyHandlers.ofInputStream());
        var arrivals = new ArrayList<Long>();
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (response.statusCode() != 200) {
                    throw new IOException("status " + response.statusCode() + ": " + line);
                }
                if (line.startsWith("data: ") && PIECE.matcher(line).find() && !line.contains("\"\",\"logprobs")) {
                    arrivals.add(System.nanoTime() - began);
                }
            }
        }
        if (arrivals.size() < 2) {
            throw new IOException("only " + arrivals.size() + " pieces of an answer came");
        }
        return new Arrivals(arrivals);
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
                longest = Math.max(longest, one.get().longestPause());
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
