package orrery.server.api;

import java.util.TreeSet;
import orrery.server.http.Exchange;

/**
 * What all endpoints share.
 *
 * @param models what is served
 * @param strict whether unknown fields are refused
 * @param meter counts what happens
 */
public record Api(ServedModels models, boolean strict, Meter meter) {
    private static final System.Logger LOG = System.getLogger(Api.class.getName());

    /** Counts what happens. */
    public interface Meter {
        /** An answer ended. */
        void answered(ServedModel model, Answered answered);

        /** A field was not known. */
        void ignored(String field);
    }

    /**
     * What an answer took.
     *
     * @param reason why it ended, in lower case
     * @param promptTokens of its prompt
     * @param cachedTokens how many of these were known
     * @param generatedTokens of the answer
     * @param draftedTokens guessed ahead
     * @param acceptedTokens rightly
     * @param queueSeconds it waited
     * @param prefillSeconds from there to its first token
     * @param decodeSeconds from there to its last
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

    private void ignored(Exchange exchange, TreeSet<String> names) {
        // A header holds no more than visible characters.
        String list = String.join(
                ", ",
                names.stream()
                        .limit(20)
                        .map(name -> Shown.text(name).replaceAll("[^\\x21-\\x7e]", "?"))
                        .toList());
        exchange.addAnswerHeader(Body.IGNORED, list);
        LOG.log(System.Logger.Level.INFO, () -> exchange.id() + ": without effect in " + exchange.path() + ": " + list);
        names.forEach(meter::ignored);
    }

    /** Says so where something of a request has no effect though its client may count on it. */
    void ignored(Exchange exchange, String name) {
        ignored(exchange, new TreeSet<>(java.util.Set.of(name)));
    }

    Generating generating(Exchange exchange, ServedModel model, String promptField) {
        return new Generating(exchange, model, promptField, (served, end) -> {
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
