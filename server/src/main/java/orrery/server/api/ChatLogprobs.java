package orrery.server.api;

import java.util.ArrayList;
import java.util.List;
import orrery.engine.GeneratedToken;
import orrery.token.Tokenizer;
import tools.jackson.databind.node.ObjectNode;

/** Log probabilities in the form of {@code /v1/chat/completions}, gathered until they are written. */
final class ChatLogprobs implements Choices.Logprobs {
    private final Tokenizer tokenizer;
    private final List<GeneratedToken> tokens = new ArrayList<>();

    ChatLogprobs(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    @Override
    public void add(GeneratedToken token) {
        if (token.logprobs().isPresent()) {
            tokens.add(token);
        }
    }

    @Override
    public boolean isEmpty() {
        return tokens.isEmpty();
    }

    @Override
    public void takeInto(ObjectNode choice) {
        if (tokens.isEmpty()) {
            choice.putNull("logprobs");
            return;
        }
        var object = choice.putObject("logprobs");
        var content = object.putArray("content");
        for (var token : tokens) {
            var logprobs = token.logprobs().orElseThrow();
            var entry = content.addObject();
            write(entry, token.id(), logprobs.logprob());
            var best = entry.putArray("top_logprobs");
            logprobs.best().forEach(one -> write(best.addObject(), one.id(), one.logprob()));
        }
        object.putNull("refusal");
        tokens.clear();
    }

    private void write(ObjectNode entry, int id, double logprob) {
        entry.put("token", CompletionLogprobs.piece(tokenizer, id));
        entry.put("logprob", logprob);
        var bytes = entry.putArray("bytes");
        for (byte one : tokenizer.bytesOf(id)) {
            bytes.add(one & 0xFF);
        }
    }
}
