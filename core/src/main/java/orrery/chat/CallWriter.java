package orrery.chat;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Turns the calls of an answer into events. */
final class CallWriter {
    private final ChatIds ids;
    private final Map<String, Map<String, Object>> tools;
    private final Consumer<ChatEvent> events;
    private final Consumer<String> text;
    private int calls;

    /**
     * @param tools the parameter schemas of the tools, by name
     * @param text receives what turns out not to be a call
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

    /** @param written the id that the model wrote; used if templates accept it */
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

    /** Whether a value can be a call's name. */
    static boolean isName(@Nullable Object value) {
        return value instanceof String name && !name.isBlank();
    }
}
