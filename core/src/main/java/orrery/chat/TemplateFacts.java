package orrery.chat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import orrery.token.ChatMessage;
import orrery.token.ChatTemplate;
import orrery.token.jinja.TemplateException;

/**
 * Which of tools, calls and system messages a chat template supports. A template does not declare this, so it is
 * rendered with words that no template contains, and the prompt is searched for them.
 *
 * @param takesTools whether the prompt describes the tools
 * @param takesSystem whether a system message reaches the prompt
 * @param takesRuns whether messages of one role may follow one another, and a system message may come late
 * @param calls the form in which it takes earlier calls; empty if it leaves out calls or their results
 */
record TemplateFacts(boolean takesTools, boolean takesSystem, boolean takesRuns, Optional<CallForm> calls) {
    private static final String TOOL = "probe_7204918365";
    private static final String ARGUMENT = "5591820374";
    private static final String RESULT = "8360172945";
    private static final String SYSTEM = "4410273986";
    private static final String BESIDE = "6627350918";
    private static final String ID = "aB3dE6gH9";
    private static final Pattern WRITTEN = Pattern.compile("\"probe\":\\s*\"" + ARGUMENT + "\"");
    // HTML-escaped by Jinja, as in some templates that take arguments as objects.
    private static final String ESCAPED = "&#34;";

    /**
     * How a template takes calls.
     *
     * @param objects whether arguments are objects rather than strings
     * @param nothing whether the content of a message with calls is None
     * @param beside whether a message with calls may have text, too
     */
    record CallForm(boolean objects, boolean nothing, boolean beside) {}

    static TemplateFacts of(ChatTemplate template) {
        var user = new ChatMessage("user", "x");
        boolean tools = rendered(template, List.of(user), true).contains(TOOL);
        boolean system = takesSystem(template, user, false) || (tools && takesSystem(template, user, true));
        boolean runs = takesRuns(template, false) || (tools && takesRuns(template, true));
        for (var form : List.of(
                new CallForm(true, false, false),
                new CallForm(true, true, false),
                new CallForm(false, false, false),
                new CallForm(false, true, false))) {
            var prompt = rendered(template, List.of(user, call(form, ""), result()), tools);
            if (prompt.contains(TOOL)
                    && prompt.contains(RESULT)
                    && WRITTEN.matcher(prompt).find()
                    && !prompt.contains(ESCAPED)) {
                var both = rendered(template, List.of(user, call(form, BESIDE), result()), tools);
                boolean beside = both.contains(BESIDE) && WRITTEN.matcher(both).find();
                return new TemplateFacts(
                        tools, system, runs, Optional.of(new CallForm(form.objects, form.nothing, beside)));
            }
        }
        return new TemplateFacts(tools, system, runs, Optional.empty());
    }

    /** A template that rejects even a lone user message has not rejected the system message. */
    private static boolean takesSystem(ChatTemplate template, ChatMessage user, boolean tools) {
        return rendered(template, List.of(new ChatMessage("system", SYSTEM), user), tools)
                        .contains(SYSTEM)
                || (!tools && rendered(template, List.of(user), false).isEmpty());
    }

    /** Some templates reject such a conversation; others silently drop a message. */
    private static boolean takesRuns(ChatTemplate template, boolean tools) {
        var system = new ChatMessage("system", SYSTEM);
        var user = new ChatMessage("user", BESIDE);
        return Stream.of(
                        List.of(system, new ChatMessage("system", RESULT), user),
                        List.of(system, user, new ChatMessage("user", RESULT)),
                        List.of(system, user, new ChatMessage("system", RESULT)))
                .map(messages -> rendered(template, messages, tools))
                .allMatch(prompt -> prompt.contains(SYSTEM) && prompt.contains(BESIDE) && prompt.contains(RESULT));
    }

    /** The same template, for a model that gets its tools as text, in our own form. */
    TemplateFacts withoutTools() {
        return new TemplateFacts(false, takesSystem, takesRuns, Optional.empty());
    }

    private static ChatMessage call(CallForm form, String beside) {
        var arguments = Map.of("probe", ARGUMENT);
        var fields = new LinkedHashMap<String, Object>();
        fields.put("tool_calls", List.of(asCall(ID, TOOL, form.objects ? arguments : PlainJson.write(arguments))));
        if (form.nothing && beside.isEmpty()) {
            fields.put("content", null);
        }
        return new ChatMessage("assistant", beside, fields);
    }

    /** A call in the messages' form. */
    static Map<String, Object> asCall(String id, String tool, Object arguments) {
        var function = new LinkedHashMap<String, Object>();
        function.put("name", tool);
        function.put("arguments", arguments);
        var call = new LinkedHashMap<String, Object>();
        call.put("id", id);
        call.put("type", "function");
        call.put("function", function);
        return call;
    }

    private static ChatMessage result() {
        return new ChatMessage("tool", RESULT, Map.of("tool_call_id", ID, "name", TOOL));
    }

    /** The prompt; empty if the template refuses the conversation. */
    private static String rendered(ChatTemplate template, List<ChatMessage> messages, boolean tools) {
        var parameters =
                Map.of("type", "object", "properties", Map.of("probe", Map.of("type", "string", "description", "x")));
        var tool = Map.of(
                "type", "function", "function", Map.of("name", TOOL, "description", "x", "parameters", parameters));
        try {
            return template.render(messages, true, tools ? Map.of("tools", List.of(tool)) : Map.of());
        } catch (TemplateException refusal) {
            return "";
        }
    }
}
