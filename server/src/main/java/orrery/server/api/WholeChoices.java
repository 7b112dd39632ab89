package orrery.server.api;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import orrery.chat.ChatEvent;
import orrery.engine.GeneratedToken;
import orrery.engine.TokenLogprobs;
import orrery.engine.Usage;
import orrery.server.http.ApiException;
import orrery.server.http.Exchange;
import tools.jackson.databind.node.ObjectNode;

/** Writes choices as one object, when all of them have ended. */
final class WholeChoices implements Generating.Writer {
    private final Exchange exchange;
    private final Choices choices;
    private final boolean timed;
    private final List<List<ChatEvent>> events = new ArrayList<>();

    /** @param timed whether it has {@code timings} */
    WholeChoices(Exchange exchange, Choices choices, boolean timed) {
        this.exchange = exchange;
        this.choices = choices;
        this.timed = timed;
        for (int i = 0; i < choices.count(); i++) {
            events.add(new ArrayList<>());
        }
    }

    @Override
    public void begun() {}

    @Override
    public void prompt(int answer, List<TokenLogprobs> known) {
        choices.prompt(answer, known);
    }

    @Override
    public void token(int answer, GeneratedToken token, List<ChatEvent> more, Supplier<Usage> now) {
        choices.logprobs(answer).add(token);
        events.get(answer).addAll(more);
    }

    @Override
    public void ended(int answer, Generating.End end, List<ChatEvent> more) {
        events.get(answer).addAll(more);
    }

    @Override
    public void finished(List<Generating.End> ends) {
        var whole = choices.frame(false);
        var list = whole.putArray("choices");
        for (int i = 0; i < ends.size(); i++) {
            var choice = list.addObject();
            choice.put("index", i);
            choice.set(choices.field(false), choices.whole(i, events.get(i)));
            choices.logprobs(i).takeInto(choice);
            choice.put("finish_reason", Choices.reason(ends.get(i)));
        }
        whole.set("usage", UsageJson.of(choices.promptTokens(), ends));
        if (timed) {
            whole.set("timings", timings(ends));
        }
        exchange.json(200, JsonTree.write(whole));
    }

    static ObjectNode timings(List<Generating.End> ends) {
        return Timings.of(ends.stream().map(Generating.End::usage).toList());
    }

    @Override
    public void failed(ApiException error) {
        throw error;
    }
}
