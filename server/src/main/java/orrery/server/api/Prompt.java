package orrery.server.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import orrery.OrreryException;
import orrery.chat.ChatEvent;
import orrery.chat.ChatParser;
import orrery.engine.GeneratedToken;
import orrery.engine.Request;
import orrery.server.http.ApiException;
import orrery.token.ChatMessage;

/**
 * A conversation rendered as a model's prompt.
 *
 * @param ids its tokens
 * @param text the same as text
 * @param tools the tools declared in it
 * @param thinking whether the prompt ends inside a reasoning block
 * @param held what answers to it are held to, if the model is not free
 */
@SuppressWarnings("ArrayRecordComponent") // a record of ids, never compared
record Prompt(ServedModel model, int[] ids, String text, Tools tools, boolean thinking, Optional<Held> held) {

    /**
     * Renders a conversation with the model's chat template.
     *
     * @throws ApiException if the model has no template, or the template rejects the conversation
     */
    static Prompt of(ServedModel model, List<ChatMessage> messages, Tools tools, Map<String, Object> variables) {
        var engine = model.engine();
        try {
            var prompt = model.format().prompt(messages, tools.declared(), variables);
            var rendered = engine.rendered(prompt.messages(), prompt.variables());
            return new Prompt(
                    model,
                    rendered.ids(),
                    rendered.text(),
                    tools,
                    model.format().opensThought(rendered.text()),
                    Optional.empty());
        } catch (OrreryException e) {
            throw ApiException.invalid("messages", "template_refused", String.valueOf(e.getMessage()));
        }
    }

    private ChatParser parser() {
        return model.format().parser(model.engine().tokenizer(), tools.parameters(), thinking, held.map(Held::shape));
    }

    /**
     * The same prompt, whose answers are held to a form, or to their tools.
     *
     * @param several whether an answer may have several calls
     * @throws ApiException if that is not possible
     */
    Prompt holding(Optional<TextForm> form, boolean several) {
        return new Prompt(model, ids, text, tools, thinking, Held.of(this, form, several));
    }

    /** A request for an answer to it, held to its form, with so many tokens of thoughts at most. */
    Request bounded(Request request, OptionalInt thoughts) {
        var tag = model.format().thoughtEnd();
        var constrained =
                held.map(one -> request.withConstraint(one.constraint())).orElse(request);
        if (thoughts.isEmpty() || tag.isEmpty()) {
            return constrained;
        }
        var tokenizer = model.engine().tokenizer();
        int[] tagIds = tokenizer.encodePrompt(tag.get());
        return request.withConstraint(
                () -> new ThoughtBudget(parser(), tokenizer.textStream(), tagIds, thoughts.getAsInt())
                        .and(constrained.constraint().get()));
    }

    /** What reads an answer to it. */
    Generating.Reader reader() {
        var parser = parser();
        return new Generating.Reader() {
            @Override
            public List<ChatEvent> accept(GeneratedToken token) {
                return parser.accept(token.id(), token.text());
            }

            @Override
            public List<ChatEvent> finish() {
                return parser.finish();
            }

            @Override
            public boolean thinking() {
                return parser.thinking();
            }
        };
    }
}
