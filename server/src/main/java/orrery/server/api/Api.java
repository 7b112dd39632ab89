package orrery.server.api;

import java.util.List;
import java.util.TreeSet;
import orrery.engine.TimeLimits;
import orrery.server.http.Exchange;

/**
 * What all endpoints share.
 *
 * @param models the served models
 * @param strict whether unknown fields are refused
 * @param times how long a request may wait for its turn, and take in all
 * @param meter counts what happens
 */
public record Api(ServedModels models, boolean strict, TimeLimits times, Meter meter) {
    private static final System.Logger LOG = System.getLogger(Api.class.getName());

    /** Counts requests and tokens. */
    public interface Meter {
        /** Called when an answer has ended. */
        void answered(ServedModel model, Answered answered);

        /** Called for each unknown field. */
        void ignored(String field);
    }

    /**
     * What one answer cost.
     *
     * @param reason the finish reason in lower case
     * @param promptTokens tokens of the prompt
     * @param cachedTokens prompt tokens that came from the prefix cache
     * @param generatedTokens tokens of the answer
     * @param draftedTokens tokens drafted by speculative decoding
     * @param acceptedTokens drafted tokens that were accepted
     * @param queueSeconds time in the queue
     * @param prefillSeconds time from the queue to the first token
     * @param decodeSeconds time from the first token to the last
     */
    public record Answered(
            String reason,
            int promptTokens,
            int cachedTokens,
            int generatedTokens,
            int draftedTokens,
            int acceptedTokens,
            double queueSeconds,
            double prefillSeconds,
            double decodeSeconds) {}

    Body read(Exchange exchange, FieldTable table) {
        return Body.read(exchange, table, strict, this::ignored);
    }

    /** The model that a body names, in memory until the request has been handled. */
    ServedModel model(Exchange exchange, Body body) {
        return models.use(exchange, body.text("model"), times.waiting());
    }

    private void ignored(Exchange exchange, TreeSet<String> names) {
        // A header may hold only visible characters.
        String list = String.join(
                ", ",
                names.stream()
                        .limit(20)
                        .map(name -> Shown.text(name).replaceAll("[^\\x21-\\x7e]", "?"))
                        .toList());
        exchange.addAnswerHeader(Body.IGNORED, list);
        LOG.log(System.Logger.Level.INFO, () -> exchange.id() + ": ignored in " + exchange.path() + ": " + list);
        names.forEach(meter::ignored);
    }

    /** Names the keywords of schemas that cannot be kept in a header of the answer. */
    void ignoredKeywords(Exchange exchange, List<String> keywords) {
        if (!keywords.isEmpty()) {
            ignored(exchange, new TreeSet<>(keywords));
        }
    }

    Generating generating(Exchange exchange, ServedModel model, String promptField) {
        return new Generating(exchange, model, promptField, times, (served, end) -> {
            var usage = end.usage();
            exchange.count("cached_tokens", usage.cachedPromptTokens());
            exchange.count("generated_tokens", usage.generatedTokens());
            exchange.note("finish_reason", end.reason().name().toLowerCase(java.util.Locale.ROOT));
            exchange.first("first_token_ms", (int) ((usage.waitingNanos() + usage.prefillNanos()) / 1_000_000));
            meter.answered(
                    served,
                    new Answered(
                            end.reason().name().toLowerCase(java.util.Locale.ROOT),
                            usage.promptTokens(),
                            usage.cachedPromptTokens(),
                            usage.generatedTokens(),
                            usage.draftedTokens(),
                            usage.acceptedTokens(),
                            usage.waitingNanos() / 1e9,
                            usage.prefillNanos() / 1e9,
                            usage.decodeNanos() / 1e9));
        });
    }
}
