package orrery.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orrery.engine.GeneratedToken;
import orrery.engine.TokenLogprobs;
import orrery.token.Tokenizer;
import tools.jackson.databind.node.ObjectNode;

/** Log probabilities in the form of {@code /v1/completions}, gathered until they are written. */
final class CompletionLogprobs implements Choices.Logprobs {
    private final Tokenizer tokenizer;
    private final List<Entry> entries = new ArrayList<>();
    private int offset;

    /** A token and its log probabilities; none for the first token of a prompt. */
    private record Entry(int id, Optional<TokenLogprobs> logprobs) {}

    CompletionLogprobs(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    @Override
    public void add(GeneratedToken token) {
        if (token.logprobs().isPresent()) {
            entries.add(new Entry(token.id(), token.logprobs()));
        }
    }

    /** Adds an echoed prompt. */
    void addPrompt(int[] ids, List<TokenLogprobs> logprobs) {
        for (int i = 0; i < ids.length; i++) {
            entries.add(new Entry(ids[i], i == 0 ? Optional.empty() : Optional.of(logprobs.get(i - 1))));
        }
    }

    @Override
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    @Override
    public void takeInto(ObjectNode choice) {
        if (entries.isEmpty()) {
            choice.putNull("logprobs");
            return;
        }
        var object = choice.putObject("logprobs");
        var texts = object.putArray("tokens");
        var chosen = object.putArray("token_logprobs");
        var best = object.putArray("top_logprobs");
        var offsets = object.putArray("text_offset");
        for (var entry : entries) {
            String text = piece(tokenizer, entry.id());
            texts.add(text);
            offsets.add(offset);
            offset += text.length();
            entry.logprobs()
                    .ifPresentOrElse(
                            logprobs -> {
                                chosen.add(logprobs.logprob());
                                var alternatives = best.addObject();
                                logprobs.best()
                                        .forEach(one -> alternatives.put(piece(tokenizer, one.id()), one.logprob()));
                            },
                            () -> {
                                chosen.addNull();
                                best.addNull();
                            });
        }
        entries.clear();
    }

    /** A token as text: a control token's name, or its bytes, where U+FFFD replaces incomplete characters. */
    static String piece(Tokenizer tokenizer, int id) {
        byte[] bytes = tokenizer.bytesOf(id);
        return bytes.length == 0 ? tokenizer.tokenOf(id) : new String(bytes, UTF_8);
    }
}
