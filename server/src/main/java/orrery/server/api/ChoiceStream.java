package orrery.server.api;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import orrery.chat.ChatEvent;
import orrery.engine.GeneratedToken;
import orrery.engine.PromptProgress;
import orrery.engine.TokenLogprobs;
import orrery.engine.Usage;
import orrery.server.http.ApiException;
import orrery.server.http.EventStream;
import orrery.server.http.Exchange;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes choices as a stream of chunks, which ends with {@code [DONE]}, or with an error where it breaks. */
final class ChoiceStream implements Generating.Writer {
    private final Exchange exchange;
    private final Choices choices;
    private final Timings timings;
    private final boolean usage;
    private Optional<EventStream> stream = Optional.empty();

    /** The usage to send with the next chunk; empty if it was not requested. */
    private Optional<Usage> taken = Optional.empty();

    /** @param usage whether the last chunk says what all of it took */
    ChoiceStream(Exchange exchange, Choices choices, Timings timings, boolean usage) {
        this.exchange = exchange;
        this.choices = choices;
        this.timings = timings;
        this.usage = usage;
    }

    private void send(ObjectNode chunk) {
        stream.orElseThrow().data(JsonTree.write(chunk));
    }

    private ObjectNode chunk(int answer, JsonNode piece, Optional<String> reason) {
        var chunk = choices.frame(true);
        var choice = chunk.putArray("choices").addObject();
        choice.put("index", answer);
        choice.set(choices.field(true), piece);
        choices.logprobs(answer).takeInto(choice);
        choice.put("finish_reason", reason.orElse(null));
        taken.ifPresent(now -> chunk.set("timings", Timings.of(List.of(now))));
        return chunk;
    }

    @Override
    public void begun() {
        stream = Optional.of(exchange.stream());
        for (int i = 0; i < choices.count(); i++) {
            int answer = i;
            choices.opening().ifPresent(piece -> send(chunk(answer, piece, Optional.empty())));
        }
    }

    @Override
    public boolean wantsProgress() {
        return timings.progress();
    }

    @Override
    public void progress(int answer, PromptProgress progress) {
        var chunk = chunk(answer, choices.nothing(), Optional.empty());
        chunk.set("prompt_progress", Timings.of(progress));
        send(chunk);
    }

    @Override
    public void prompt(int answer, List<TokenLogprobs> known) {
        choices.prompt(answer, known);
    }

    @Override
    public void token(int answer, GeneratedToken token, List<ChatEvent> events, Supplier<Usage> now) {
        taken = timings.perToken() ? Optional.of(now.get()) : Optional.empty();
        choices.logprobs(answer).add(token);
        pieces(answer, events);
        if (!choices.logprobs(answer).isEmpty()) {
            send(chunk(answer, choices.nothing(), Optional.empty()));
        }
    }

    private void pieces(int answer, List<ChatEvent> events) {
        for (var piece : choices.pieces(answer, events)) {
            send(chunk(answer, piece, Optional.empty()));
        }
    }

    @Override
    public void ended(int answer, Generating.End end, List<ChatEvent> events) {
        taken = timings.perToken() ? Optional.of(end.usage()) : Optional.empty();
        pieces(answer, events);
        send(chunk(answer, choices.nothing(), Optional.of(Choices.reason(end))));
    }

    @Override
    public void finished(List<Generating.End> ends) {
        if (usage) {
            var chunk = choices.frame(true);
            chunk.putArray("choices");
            chunk.set("usage", UsageJson.of(choices.promptTokens(), ends));
            if (timings.perToken()) {
                chunk.set("timings", WholeChoices.timings(ends));
            }
            send(chunk);
        }
        stream.orElseThrow().data("[DONE]");
        stream.orElseThrow().close();
    }

    @Override
    public void failed(ApiException error) {
        send(ErrorJson.openAi(error));
        stream.orElseThrow().close();
    }
}
