package orrery.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import orrery.token.ChatMessage;

/** Converts messages from the APIs' form to the form that a template takes. */
final class ConversationWriter {
    private static final String SYSTEM = "system";
    private static final String USER = "user";
    private static final String TOOL = "tool";
    private static final String CALLS = "tool_calls";
    private static final String CALL_ID = "tool_call_id";
    private static final String CONTENT = "content";
    private static final List<String> THOUGHTS = List.of("reasoning_content", "reasoning");
    private static final String BETWEEN = "\n\n";

    private final ChatFamily family;
    private final TemplateFacts facts;
    private final ChatIds ids;
    private final Map<String, String> toolOfId = new LinkedHashMap<>();
    private final List<ChatMessage> written = new ArrayList<>();
    private boolean resultsLast;

    ConversationWriter(ChatFamily family, TemplateFacts facts, ChatIds ids) {
        this.family = family;
        this.facts = facts;
        this.ids = ids;
    }

    ChatPrompt written(List<ChatMessage> messages, List<Map<String, Object>> tools, Map<String, Object> variables) {
        for (var message : facts.takesRuns() ? messages : inTurns(messages)) {
            switch (message.role()) {
                case "assistant" -> answer(message).forEach(this::add);
                case TOOL -> result(message);
                case USER -> user(message);
                default -> add(message);
            }
        }
        var all = new LinkedHashMap<>(variables);
        if (!tools.isEmpty() && facts.takesTools()) {
            all.put("tools", tools);
        } else if (!tools.isEmpty()) {
            tell(instruction(tools));
        }
        if (!facts.takesSystem()) {
            moveSystem();
        }
        return new ChatPrompt(written, all);
    }

    /**
     * For templates in which a user and the model take turns, after one system message at most: a later one becomes
     * what the user says, and messages of one role that follow one another become one.
     */
    private static List<ChatMessage> inTurns(List<ChatMessage> messages) {
        var turns = new ArrayList<ChatMessage>();
        for (var message : messages) {
            boolean late = message.role().equals(SYSTEM)
                    && !turns.isEmpty()
                    && !turns.getLast().role().equals(SYSTEM);
            var turn = late ? new ChatMessage(USER, message.content(), message.fields()) : message;
            if ((turn.role().equals(SYSTEM) || turn.role().equals(USER))
                    && !turns.isEmpty()
                    && turns.getLast().role().equals(turn.role())) {
                var last = turns.removeLast();
                turns.add(new ChatMessage(turn.role(), text(last) + BETWEEN + text(turn), without(last, CONTENT)));
            } else {
                turns.add(turn);
            }
        }
        return turns;
    }

    private void add(ChatMessage message) {
        written.add(message);
        resultsLast = false;
    }

    private void user(ChatMessage message) {
        // Results written as user text, and the user text after them, are one turn.
        if (resultsLast) {
            var results = written.removeLast();
            add(new ChatMessage(USER, results.content() + BETWEEN + text(message), without(message, CONTENT)));
        } else {
            add(message);
        }
    }

    private static Map<String, Object> without(ChatMessage message, String... names) {
        var fields = new LinkedHashMap<>(message.fields());
        for (var name : names) {
            fields.remove(name);
        }
        return fields;
    }

    /** A message's text, joined if it has parts. */
    private static String text(ChatMessage message) {
        if (!message.fields().containsKey(CONTENT)) {
            return message.content();
        }
        var text = new StringBuilder();
        switch (message.fields().get(CONTENT)) {
            case String whole -> text.append(whole);
            case List<?> parts ->
                parts.forEach(part -> text.append(Values.asObject(part)
                        .map(object -> object.get("text"))
                        .filter(String.class::isInstance)
                        .orElse("")));
            case null, default -> {}
        }
        return text.toString();
    }

    /** A message of the model; several, if its template takes one call per message. */
    private List<ChatMessage> answer(ChatMessage message) {
        var fields = without(message, CALLS);
        THOUGHTS.stream()
                .map(message.fields()::get)
                .filter(thought -> thought instanceof String text && !text.isEmpty())
                .findFirst()
                .ifPresent(thought -> THOUGHTS.forEach(name -> fields.put(name, thought)));
        var calls = calls(message);
        if (calls.isEmpty()) {
            return List.of(new ChatMessage(message.role(), message.content(), fields));
        }
        if (facts.calls().isEmpty()) {
            fields.remove(CONTENT);
            return List.of(new ChatMessage(message.role(), told(text(message), calls), fields));
        }
        var form = facts.calls().get();
        // If the template has room for only one of the two, keep the calls, because their results follow.
        var text = form.beside() ? text(message) : "";
        if (form.nothing() && text.isEmpty()) {
            fields.put(CONTENT, null);
        } else if (text.isEmpty() || fields.get(CONTENT) == null) {
            fields.remove(CONTENT);
        }
        if (family.several()) {
            return List.of(calling(message, text, fields, calls, form));
        }
        var single = new ArrayList<ChatMessage>();
        for (var call : calls) {
            single.add(calling(message, single.isEmpty() ? text : "", fields, List.of(call), form));
        }
        return single;
    }

    private static ChatMessage calling(
            ChatMessage message,
            String text,
            Map<String, Object> fields,
            List<Call> calls,
            TemplateFacts.CallForm form) {
        var all = new LinkedHashMap<>(fields);
        all.put(
                CALLS,
                calls.stream()
                        .map(call -> TemplateFacts.asCall(call.id, call.tool, call.arguments(form.objects())))
                        .toList());
        return new ChatMessage(message.role(), text, all);
    }

    private record Call(String id, String tool, @Nullable Object given) {

        Object arguments(boolean object) {
            if (!object) {
                return text();
            }
            try {
                var read = given instanceof String text ? PlainJson.read(text) : given;
                return read instanceof Map ? read : text();
            } catch (UnreadableException noJson) {
                return text();
            }
        }

        private String text() {
            return switch (given) {
                case null -> "{}";
                case String text when text.isBlank() -> "{}";
                case String text -> text;
                default -> PlainJson.write(given);
            };
        }
    }

    private List<Call> calls(ChatMessage message) {
        var calls = new ArrayList<Call>();
        if (message.fields().get(CALLS) instanceof List<?> list) {
            for (var element : list) {
                var call = Values.asObject(element).orElse(Map.of());
                var function = Values.asObject(call.get("function")).orElse(call);
                var id = call.get("id") instanceof String given ? ids.taken(given) : ids.next();
                var tool = String.valueOf(function.get("name"));
                toolOfId.put(id, tool);
                calls.add(new Call(id, tool, function.get("arguments")));
            }
        }
        return calls;
    }

    private String told(String text, List<Call> calls) {
        var parts = new ArrayList<String>();
        if (!text.isBlank()) {
            parts.add(text.strip());
        }
        calls.forEach(call -> parts.add(family.calls().call(call.tool, call.text())));
        return String.join("\n", parts);
    }

    private void result(ChatMessage message) {
        var id = Optional.ofNullable(message.fields().get(CALL_ID))
                .filter(String.class::isInstance)
                .map(given -> ids.taken(String.valueOf(given)));
        if (facts.calls().isPresent()) {
            var fields = new LinkedHashMap<>(message.fields());
            id.ifPresent(given -> {
                fields.put(CALL_ID, given);
                Optional.ofNullable(toolOfId.get(given)).ifPresent(tool -> fields.putIfAbsent("name", tool));
            });
            add(new ChatMessage(TOOL, message.content(), fields));
            return;
        }
        var told = "<tool_response>\n" + text(message) + "\n</tool_response>";
        if (resultsLast) {
            told = written.removeLast().content() + "\n" + told;
        }
        written.add(new ChatMessage(USER, told));
        resultsLast = true;
    }

    /** The text that describes the tools, for templates that do not. */
    private String instruction(List<Map<String, Object>> tools) {
        var described = new StringBuilder("# Tools\n\nYou can call these functions:\n<tools>\n");
        tools.forEach(tool -> described.append(PlainJson.write(tool)).append('\n'));
        return described
                .append("</tools>\n\nTo call one, write its name and its arguments in exactly this form:\n")
                .append(family.calls().call("NAME", "{\"ARGUMENT\": VALUE}"))
                .append(family.several() ? "\nFurther calls may follow in the same form. " : "\n")
                .append("What a call returns is given to you as the next message. ")
                .append("Call a function only where it helps; otherwise answer as usual.")
                .toString();
    }

    /** Adds text to the system message, or creates one. */
    private void tell(String instruction) {
        if (!written.isEmpty() && written.getFirst().role().equals(SYSTEM)) {
            var system = written.removeFirst();
            written.addFirst(new ChatMessage(SYSTEM, text(system) + BETWEEN + instruction, without(system, CONTENT)));
        } else {
            written.addFirst(new ChatMessage(SYSTEM, instruction));
        }
    }

    /** For a template without system messages: moves the text to the start of the first user message. */
    private void moveSystem() {
        if (written.isEmpty() || !written.getFirst().role().equals(SYSTEM)) {
            return;
        }
        for (int i = 1; i < written.size(); i++) {
            if (written.get(i).role().equals(USER)) {
                var user = written.get(i);
                written.set(
                        i,
                        new ChatMessage(USER, text(written.getFirst()) + BETWEEN + text(user), without(user, CONTENT)));
                written.removeFirst();
                return;
            }
        }
    }
}
