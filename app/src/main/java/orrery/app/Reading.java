package orrery.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import orrery.chat.ChatEvent;
import orrery.chat.ChatFormat;
import orrery.chat.ChatParser;
import orrery.engine.Engine;
import orrery.engine.GeneratedToken;
import orrery.token.ChatMessage;

/**
 * How an answer's tokens are read: as plain text, or by the model's chat format, which separates reasoning and calls
 * from text.
 */
sealed interface Reading {

    /** The text is the answer. */
    record Plain() implements Reading {}

    /**
     * The answer to a conversation.
     *
     * @param model the model's path
     */
    record Chat(Path model, List<ChatMessage> messages) implements Reading {}

    /** Parses one answer. Created while the model reads the prompt, since rendering templates takes some time. */
    default Events events(Engine engine) {
        return switch (this) {
            case Plain _ -> new Events(null);
            case Chat(Path model, List<ChatMessage> messages) -> {
                var format = ChatFormat.read(model, engine.chatTemplate());
                boolean thinking = format.thinks()
                        && format.opensThought(
                                engine.rendered(messages, Map.of()).text());
                yield new Events(format.parser(engine.tokenizer(), Map.of(), thinking));
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
