package orrery.token;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import orrery.token.jinja.TemplateException;

/**
 * The form in which chat templates take the content of messages: as text, or as a list of typed parts, as multimodal
 * models do. A template does not declare it, so each is rendered once with a word that no template writes, trims or
 * changes; the form that brings the word into the prompt is the right one.
 */
final class ContentForms {
    private static final String PROBE = "7204918365";

    /**
     * A key next to the probe in its part: a template that writes the key has printed the whole list in Python's
     * notation instead of its text.
     */
    private static final String BESIDE = "4410273986";

    private static final String USER = "user";

    /** The form of content that a template takes. */
    enum Form {
        TEXT {
            @Override
            Object of(String text) {
                return text;
            }
        },
        PARTS {
            @Override
            Object of(String text) {
                return List.of(Map.of("type", "text", "text", text));
            }
        },
        /** The template writes the content in neither form. */
        NONE {
            @Override
            Object of(String text) {
                return text;
            }
        };

        abstract Object of(String text);
    }

    private record Key(String template, String role) {}

    private final Map<Key, Form> known = new ConcurrentHashMap<>();

    /**
     * The form for a role's messages.
     *
     * @param template the name of the template
     * @param render renders messages with that template
     */
    Form of(String template, String role, Function<List<Map<String, Object>>, String> render) {
        var key = new Key(template, role);
        var found = Optional.ofNullable(known.get(key));
        if (found.isEmpty()) {
            found = Optional.of(role.equals(USER) ? ofUser(render) : ofOther(role, template, render));
            known.put(key, found.get());
        }
        return found.get();
    }

    private static Form ofUser(Function<List<Map<String, Object>>, String> render) {
        boolean rendered = false;
        for (var before : List.of(List.<Map<String, Object>>of(), List.of(said("system", "x", Form.TEXT)))) {
            for (var form : List.of(Form.TEXT, Form.PARTS)) {
                var written = writes(render, before, said(USER, PROBE, form), List.of());
                if (written.orElse(false)) {
                    return form;
                }
                rendered |= written.isPresent();
            }
        }
        // A template that rejects every probe will be rendered with the real conversation, and then reports the reason.
        return rendered ? Form.NONE : Form.TEXT;
    }

    /** Nearly all templates take text for users, and then also for other roles. */
    private Form ofOther(String role, String template, Function<List<Map<String, Object>>, String> render) {
        if (of(template, USER, render) != Form.PARTS) {
            return Form.TEXT;
        }
        var user = said(USER, "x", Form.PARTS);
        List<Map<String, Object>> before = role.equals("system") ? List.of() : List.of(user);
        boolean asText = writes(render, before, said(role, PROBE, Form.TEXT), List.of(user))
                .orElse(false);
        return asText ? Form.TEXT : Form.PARTS;
    }

    private static Map<String, Object> said(String role, String text, Form form) {
        var message = new LinkedHashMap<String, Object>();
        message.put("role", role);
        message.put(
                "content",
                form == Form.PARTS && text.equals(PROBE)
                        ? List.of(Map.of("type", "text", "text", text, BESIDE, ""))
                        : form.of(text));
        return message;
    }

    /** Whether the prompt contains the probe; empty if the template rejects the conversation. */
    private static Optional<Boolean> writes(
            Function<List<Map<String, Object>>, String> render,
            List<Map<String, Object>> before,
            Map<String, Object> probe,
            List<Map<String, Object>> after) {
        var messages = new ArrayList<>(before);
        messages.add(probe);
        messages.addAll(after);
        try {
            String prompt = render.apply(messages);
            return Optional.of(prompt.contains(PROBE) && !prompt.contains(BESIDE));
        } catch (TemplateException refusal) {
            return Optional.empty();
        }
    }
}
