package orrery.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import orrery.chat.AnswerShape;
import orrery.chat.ChatEvent;
import orrery.chat.ChatFormat;
import orrery.chat.ChatParser;
import orrery.constrain.Grammar;
import orrery.engine.Engine;
import orrery.engine.GeneratedToken;
import orrery.engine.Request;
import orrery.token.ChatMessage;

/**
 * How an answer's tokens are read: as plain text, or by the model's chat format, which separates reasoning and calls
 * from text.
 */
sealed interface Reading {

    /**
     * The text is the answer.
     *
     * @param form what it has to follow
     */
    record Plain(Optional<Grammar> form) implements Reading {}

    /**
     * The answer to a conversation.
     *
     * @param model the model's path
     * @param form what its text has to follow
     */
    record Chat(Path model, List<ChatMessage> messages, Optional<Grammar> form) implements Reading {
        private ChatFormat format(Engine engine) {
            return ChatFormat.read(model, engine.chatTemplate());
        }

        private String prompt(Engine engine) {
            return engine.rendered(messages, Map.of()).text();
        }
    }

    /** The request with the constraint that its answer follows the form. */
    default Request constrained(Engine engine, Request request) {
        return switch (this) {
            case Plain(var form) ->
                form.map(grammar -> request.withConstraint(engine.constraints().grammar(grammar)))
                        .orElse(request);
            case Chat chat ->
                chat.form
                        .map(grammar -> request.withConstraint(engine.constraints()
                                .grammar(chat.format(engine)
                                        .grammar(
                                                engine.tokenizer(),
                                                new AnswerShape.Text(grammar),
                                                chat.prompt(engine)))))
                        .orElse(request);
        };
    }

    /** Parses one answer. Created while the model reads the prompt, since rendering templates takes some time. */
    default Events events(Engine engine) {
        return switch (this) {
            case Plain _ -> new Events(null);
            case Chat chat -> {
                var format = chat.format(engine);
                boolean thinking = format.thinks() && format.opensThought(chat.prompt(engine));
                yield new Events(
                        format.parser(engine.tokenizer(), Map.of(), thinking, chat.form.map(AnswerShape.Text::new)));
            }
        };
    }

    /** The events of one answer; keeps all of them. */
    final class Events {
        private final @Nullable ChatParser parser;
        private final List<ChatEvent> all = new ArrayList<>();

        private Events(@Nullable ChatParser parser) {
            this.parser = parser;
        }

        List<ChatEvent> accept(GeneratedToken token) {
            if (parser != null) {
                return kept(parser.accept(token.id(), token.text()));
            }
            return kept(token.text().isEmpty() ? List.of() : List.of(new ChatEvent.Text(token.text())));
        }

        List<ChatEvent> finish() {
            return kept(parser == null ? List.of() : parser.finish());
        }

        private List<ChatEvent> kept(List<ChatEvent> events) {
            all.addAll(events);
            return events;
        }

        List<ChatEvent> all() {
            return all;
        }
    }
}
