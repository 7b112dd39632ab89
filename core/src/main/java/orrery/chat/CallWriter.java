package orrery.chat;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The calls of an answer on their way to events. */
final class CallWriter {
    private final ChatIds ids;
    private final Map<String, Map<String, Object>> tools;
    private final Consumer<ChatEvent> events;
    private final Consumer<String> text;
    private int calls;

    /**
     * @param tools the schemas of the parameters of those that there are, by name
     * @param text gets what turns out to be no call
     */
    CallWriter(ChatIds ids, Map<String, Map<String, Object>> tools, Consumer<ChatEvent> events, Consumer<String> text) {
        this.ids = ids;
        this.tools = tools;
        this.events = events;
        this.text = text;
    }

    boolean knows(String tool) {
        return tools.containsKey(tool);
    }

    Map<String, @Nullable Object> properties(String tool) {
        return SchemaTypes.properties(tools.get(tool));
    }

    /** @param written the id that the model gave it, which counts if it is one that templates take */
    void begin(String name, Optional<String> written) {
        events.accept(
                new ChatEvent.CallBegun(calls, written.filter(ids::areTakenAs).orElseGet(ids::next), name));
    }

    void arguments(String piece) {
        if (!piece.isEmpty()) {
            events.accept(new ChatEvent.Arguments(calls, piece));
        }
    }

    void end(boolean complete) {
        events.accept(new ChatEvent.CallEnded(calls++, complete));
    }

    void whole(String name, Optional<String> written, String arguments) {
        begin(name, written);
        arguments(arguments);
        end(true);
    }

    void text(String written) {
        if (!written.isEmpty()) {
            text.accept(written);
        }
    }

    /** A name that a call can have. */
    static boolean isName(@Nullable Object value) {
        return value instanceof String name && !name.isBlank();
    }
}
