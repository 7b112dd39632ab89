package orrery.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import orrery.engine.GeneratedToken;
import orrery.engine.TokenLogprobs;
import orrery.token.Tokenizer;
import tools.jackson.databind.node.ObjectNode;

/** Log probabilities in the form of {@code /v1/completions}, gathered until they are written. */
final class CompletionLogprobs {
    private final Tokenizer tokenizer;
    private final List<GeneratedToken> tokens = new ArrayList<>();
    private int offset;

    CompletionLogprobs(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** Remembers a token, if log probabilities were asked for. */
    void add(GeneratedToken token) {
        if (token.logprobs().isPresent()) {
            tokens.add(token);
        }
    }

    boolean isEmpty() {
        return tokens.isEmpty();
    }

    /** Writes what was gathered since the last time; null if nothing was. */
    void takeInto(ObjectNode choice) {
        if (tokens.isEmpty()) {
            choice.putNull("logprobs");
            return;
        }
        var object = choice.putObject("logprobs");
        var texts = object.putArray("tokens");
        var chosen = object.putArray("token_logprobs");
        var best = object.putArray("top_logprobs");
        var offsets = object.putArray("text_offset");
        for (var token : tokens) {
            var logprobs = token.logprobs().orElseThrow();
            String text = piece(tokenizer, token.id());
            texts.add(text);
            chosen.add(logprobs.logprob());
            offsets.add(offset);
            offset += text.length();
            var alternatives = best.addObject();
            for (TokenLogprobs.Alternative alternative : logprobs.best()) {
                alternatives.put(piece(tokenizer, alternative.id()), alternative.logprob());
            }
        }
        tokens.clear();
    }

    /** A token as text: the name of a control token, and the spelling of one that is no whole characters. */
    static String piece(Tokenizer tokenizer, int id) {
        byte[] bytes = tokenizer.bytesOf(id);
        return bytes.length == 0 ? tokenizer.tokenOf(id) : new String(bytes, UTF_8);
    }
}
