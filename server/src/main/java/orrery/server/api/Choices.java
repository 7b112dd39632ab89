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
 * The {@code choices} of a response of {@code /v1/chat/completions} or {@code /v1/completions}. The two APIs differ in
 * the contents of a choice; {@link ChoiceStream} and {@link WholeChoices} write both.
 */
interface Choices {
    /** The number of choices. */
    int count();

    /** The number of tokens of all prompts. */
    int promptTokens();

    /** The common fields of every chunk or of the whole response. */
    ObjectNode frame(boolean streamed);

    /** The field with a choice's content: part of it in a chunk, all of it in a whole response. */
    String field(boolean streamed);

    /** The content of a chunk that has no text, only other fields. */
    JsonNode nothing();

    /** The content of a choice's first chunk, before any token. */
    Optional<JsonNode> opening();

    /** The contents of the chunks to send after a token, one element per chunk. */
    List<JsonNode> pieces(int answer, List<ChatEvent> events);

    /** The content of a complete choice. */
    JsonNode whole(int answer, List<ChatEvent> events);

    /** Log probabilities to be written with a choice's next content. */
    Logprobs logprobs(int answer);

    /** Takes the log probabilities of a choice's prompt, if they were requested. */
    default void prompt(int answer, List<TokenLogprobs> known) {}

    /** The writer that a request body selects. */
    static Generating.Writer writer(Exchange exchange, Choices choices, Body body) {
        var timings = new Timings(body.flag("timings_per_token", false), body.flag("return_progress", false));
        boolean usage = body.inner("stream_options")
                .map(options -> options.flag("include_usage", false))
                .orElse(false);
        return body.flag("stream", false)
                ? new ChoiceStream(exchange, choices, timings, usage)
                : new WholeChoices(exchange, choices, timings.perToken());
    }

    /** Log probabilities, collected until they are written. */
    interface Logprobs {
        /** Adds a token, if log probabilities were requested. */
        void add(GeneratedToken token);

        boolean isEmpty();

        /** Writes and clears what was collected; writes null if that is nothing. */
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
