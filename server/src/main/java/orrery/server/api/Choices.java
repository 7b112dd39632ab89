package orrery.server.api;

import java.util.List;
import java.util.Optional;
import orrery.chat.ChatEvent;
import orrery.engine.FinishReason;
import orrery.engine.GeneratedToken;
import orrery.engine.TokenLogprobs;
import orrery.server.http.Exchange;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answers to one request as the {@code choices} of {@code /v1/chat/completions} or {@code /v1/completions}, which
 * differ in what a choice holds: {@link ChoiceStream} and {@link WholeChoices} write both.
 */
interface Choices {
    /** How many there are. */
    int count();

    /** Tokens of all prompts. */
    int promptTokens();

    /** What every chunk, or the whole, begins with. */
    ObjectNode frame(boolean streamed);

    /** The field of a choice that holds what it says: a piece in a chunk, all of it in a whole. */
    String field(boolean streamed);

    /** What a chunk says that only has other news. */
    JsonNode nothing();

    /** What the first chunk of an answer says, before any token. */
    Optional<JsonNode> opening();

    /** What chunks are to say after a token, a chunk each. */
    List<JsonNode> pieces(int answer, List<ChatEvent> events);

    /** What a whole answer says. */
    JsonNode whole(int answer, List<ChatEvent> events);

    /** Log probabilities that wait to be written with an answer's next piece. */
    Logprobs logprobs(int answer);

    /** Log probabilities of an answer's prompt, where they were asked for. */
    default void prompt(int answer, List<TokenLogprobs> known) {}

    /** What writes them as a body wants them. */
    static Generating.Writer writer(Exchange exchange, Choices choices, Body body) {
        var timings = new Timings(body.flag("timings_per_token", false), body.flag("return_progress", false));
        boolean usage = body.inner("stream_options")
                .map(options -> options.flag("include_usage", false))
                .orElse(false);
        return body.flag("stream", false)
                ? new ChoiceStream(exchange, choices, timings, usage)
                : new WholeChoices(exchange, choices, timings.perToken());
    }

    /** Gathered until they are written. */
    interface Logprobs {
        /** Remembers a token, if log probabilities were asked for. */
        void add(GeneratedToken token);

        boolean isEmpty();

        /** Writes what was gathered since the last time; null if nothing was. */
        void takeInto(ObjectNode choice);
    }

    /** The {@code finish_reason}. */
    static String reason(Generating.End end) {
        if (end.calls() && end.reason() == FinishReason.STOP) {
            return "tool_calls";
        }
        return end.cut() ? "length" : "stop";
    }
}
