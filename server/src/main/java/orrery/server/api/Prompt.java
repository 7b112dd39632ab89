package orrery.server.api;

import java.util.List;
import java.util.Map;
import orrery.OrreryException;
import orrery.chat.ChatEvent;
import orrery.chat.ChatParser;
import orrery.engine.GeneratedToken;
import orrery.server.http.ApiException;
import orrery.token.ChatMessage;

/**
 * A conversation rendered as a model's prompt.
 *
 * @param ids its tokens
 * @param text the same as text
 * @param tools the tools declared in it
 * @param thinking whether the prompt ends inside a reasoning block
 */
@SuppressWarnings("ArrayRecordComponent") // a record of ids, never compared
record Prompt(ServedModel model, int[] ids, String text, Tools tools, boolean thinking) {

    /**
     * Renders a conversation with the model's chat template.
     *
     * @throws ApiException if the model has no template, or the template rejects the conversation
     */
    static Prompt of(ServedModel model, List<ChatMessage> messages, Tools tools, Map<String, Object> variables) {
        var engine = model.engine();
        try {
            var prompt = model.format().prompt(messages, tools.declared(), variables);
            String text = engine.templated(prompt.messages(), prompt.variables());
            return new Prompt(
                    model,
                    engine.promptOf(prompt.messages(), prompt.variables()),
                    text,
                    tools,
                    model.format().opensThought(text));
        } catch (OrreryException e) {
            throw ApiException.invalid("messages", "template_refused", String.valueOf(e.getMessage()));
        }
    }

    /** A reader for the answer to this prompt. */
    Generating.Reader reader() {
        ChatParser parser = model.format().parser(model.engine().tokenizer(), tools.parameters(), thinking);
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
