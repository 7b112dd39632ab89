package orrery.engine;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import orrery.token.ChatMessage;
import orrery.token.ChatTemplate;
import orrery.token.Tokenizer;

/** Converts messages and text to the token ids of a prompt. */
final class Prompts {
    private static final String ASSISTANT = "assistant";

    private final String model;
    private final Tokenizer tokenizer;
    private final Optional<ChatTemplate> template;
    private final OptionalInt begin;
    private final boolean added;

    Prompts(String model, Tokenizer tokenizer, Optional<ChatTemplate> template) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.template = template;
        begin = tokenizer.beginOfSequence();
        int[] nothing = tokenizer.encodeWithSpecialTokens("");
        added = begin.isPresent() && nothing.length > 0 && nothing[0] == begin.getAsInt();
    }

    int[] raw(String text) {
        return tokenizer.encodeWithSpecialTokens(text);
    }

    RenderedPrompt chat(List<ChatMessage> messages, Map<String, Object> variables) {
        var chosen = templateFor(messages, variables);
        var guarded = messages.stream().map(this::guarded).toList();
        String rendered = chosen.render(guarded, true, guarded(variables, tokenizer::guard));
        return new RenderedPrompt(withOneBegin(tokenizer.encodePrompt(rendered)), Tokenizer.unguarded(rendered));
    }

    private ChatTemplate templateFor(List<ChatMessage> messages, Map<String, Object> variables) {
        var chosen = template.orElseThrow(() ->
                new EngineException(model + " has no chat template, so it is not a chat model; expected a raw prompt"));
        if (messages.isEmpty()) {
            throw new EngineException("the conversation is empty, expected at least one message");
        }
        if (messages.stream().anyMatch(message -> message.role().equals("user")) && !chosen.hearsUsers(variables)) {
            throw new EngineException("the chat template of " + model
                    + " ignores user messages, as text and as typed parts; expected a template that writes message"
                    + " contents, or a raw prompt");
        }
        return chosen;
    }

    /** The template, the tokenizer or both add the BOS token; the model expects one. */
    private int[] withOneBegin(int[] ids) {
        if (begin.isEmpty()) {
            return ids;
        }
        int id = begin.getAsInt();
        int count = 0;
        while (count < ids.length && ids[count] == id) {
            count++;
        }
        if (count > 1) {
            return Arrays.copyOfRange(ids, count - 1, ids.length);
        }
        if (count == 1 || !added) {
            return ids;
        }
        var begun = new int[ids.length + 1];
        begun[0] = id;
        System.arraycopy(ids, 0, begun, 1, ids.length);
        return begun;
    }

    private ChatMessage guarded(ChatMessage message) {
        // A model's own reasoning and calls contain control tokens that its template looks for.
        UnaryOperator<String> guard = message.role().equals(ASSISTANT) ? tokenizer::guardAnswer : tokenizer::guard;
        return new ChatMessage(message.role(), guard.apply(message.content()), guarded(message.fields(), guard));
    }

    private static Map<String, Object> guarded(Map<String, Object> values, UnaryOperator<String> guard) {
        var guarded = new LinkedHashMap<String, Object>();
        values.forEach((key, value) -> guarded.put(key, guardedValue(value, guard)));
        return guarded;
    }

    /** Tools, and content in parts, contain user text as well. */
    private static @Nullable Object guardedValue(@Nullable Object value, UnaryOperator<String> guard) {
        return switch (value) {
            case null -> null;
            case String text -> guard.apply(text);
            case List<?> list -> {
                var guarded = new java.util.ArrayList<@Nullable Object>();
                list.forEach(element -> guarded.add(guardedValue(element, guard)));
                yield guarded;
            }
            case Map<?, ?> map -> {
                var guarded = new LinkedHashMap<Object, @Nullable Object>();
                map.forEach((key, element) -> guarded.put(
                        key instanceof String text ? guard.apply(text) : key, guardedValue(element, guard)));
                yield guarded;
            }
            default -> value;
        };
    }
}
