package orrery.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A client of {@code /v1/completions} on any server that records when each piece of a stream arrives. */
final class CompletionClient {
    private static final Pattern PIECE = Pattern.compile("\"(?:text|content)\":\"");

    private final URI address;
    private final HttpClient client;

    CompletionClient(URI address) {
        this.address = address;
        // A server that closes idle connections may do so just when a request is on its way.
        System.setProperty("jdk.httpclient.keepalive.timeout", "1");
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    /** When the tokens of an answer arrived, in nanoseconds after its request. */
    record Arrivals(List<Long> nanos) {
        double firstSeconds() {
            return nanos.getFirst() / 1e9;
        }

        double tokensPerSecond() {
            return (nanos.size() - 1) * 1e9 / (nanos.getLast() - nanos.getFirst());
        }

        /** The pauses between the tokens, in milliseconds. */
        List<Double> pauses() {
            var pauses = new ArrayList<Double>();
            for (int i = 1; i < nanos.size(); i++) {
                pauses.add((nanos.get(i) - nanos.get(i - 1)) / 1e6);
            }
            return pauses;
        }
    }

    /**
     * A greedy stream that no end of text ends.
     *
     * @throws IOException if the server refuses it, or fewer than two pieces arrive
     */
    Arrivals complete(int[] prompt, int tokens) throws IOException, InterruptedException {
        String ids = Arrays.stream(prompt).mapToObj(String::valueOf).collect(Collectors.joining(","));
        String body = "{\"prompt\":[" + ids + "],\"max_tokens\":" + tokens
                + ",\"temperature\":0,\"ignore_eos\":true,\"stream\":true}";
        var request = HttpRequest.newBuilder(address.resolve("/v1/completions"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        long began = System.nanoTime();
        HttpResponse<InputStream> response;
        try {
            response = client.send(request, BodyHandlers.ofInputStream());
        } catch (IOException e) {
            // llama.cpp's server closes a connection after a stream without saying so in its headers.
            began = System.nanoTime();
            response = client.send(request, BodyHandlers.ofInputStream());
        }
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
}
