package orrery.server.api;

import java.util.Arrays;
import orrery.OrreryException;
import orrery.server.http.ApiException;
import orrery.server.http.Endpoint;
import orrery.server.http.Exchange;

/** {@code POST /tokenize} and {@code POST /detokenize}: converts a text to token ids and back. */
public final class TokenEndpoints {
    private final Api api;

    /** Endpoints for the models of {@code api}. */
    public TokenEndpoints(Api api) {
        this.api = api;
    }

    /** Converts a text to ids. */
    public Endpoint tokenize() {
        return this::tokenize;
    }

    /** Converts ids to a text. */
    public Endpoint detokenize() {
        return this::detokenize;
    }

    private void tokenize(Exchange exchange) {
        var body = api.read(exchange, Fields.TOKENIZE);
        var tokenizer = api.model(exchange, body).engine().tokenizer();
        String text = body.text("content").orElseThrow(() -> ApiException.invalid("content", "content is missing"));
        boolean special = body.flag("add_special", true);
        boolean parsed = body.flag("parse_special", true);
        int[] ids;
        try {
            if (!parsed) {
                ids = tokenizer.encode(text);
            } else {
                ids = special ? tokenizer.encodeWithSpecialTokens(text) : tokenizer.encodePrompt(text);
            }
        } catch (OrreryException e) {
            throw ApiException.invalid("content", String.valueOf(e.getMessage()));
        }
        var answer = JsonTree.object();
        var tokens = answer.putArray("tokens");
        if (body.flag("with_pieces", false)) {
            tokenizer.forEachPiece(
                    ids, piece -> tokens.addObject().put("id", piece.id()).put("piece", piece.piece()));
        } else {
            Arrays.stream(ids).forEach(tokens::add);
        }
        exchange.json(200, JsonTree.write(answer));
    }

    private void detokenize(Exchange exchange) {
        var body = api.read(exchange, Fields.DETOKENIZE);
        var model = api.model(exchange, body);
        int[] ids = PromptField.ids(
                "tokens",
                model.engine(),
                body.find("tokens").orElseThrow(() -> ApiException.invalid("tokens", "tokens is missing")));
        var answer = JsonTree.object();
        answer.put("content", model.engine().tokenizer().decode(ids));
        exchange.json(200, JsonTree.write(answer));
    }
}
