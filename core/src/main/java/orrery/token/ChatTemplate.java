package orrery.token;

import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import orrery.format.Metadata;
import orrery.format.ModelFile;
import orrery.token.jinja.Template;
import orrery.token.jinja.TemplateException;

/**
 * A model's chat template: a Jinja template that its authors provide, rendered as in Hugging Face transformers. The
 * messages' contents are data and never parsed as template.
 *
 * <p>Immutable; several threads may render it at the same time.
 */
public final class ChatTemplate {
    private static final String DEFAULT = "default";
    // transformers uses the template with this name whenever tools are passed.
    private static final String FOR_TOOLS = "tool_use";

    // None in a template: an Optional stands for its value, if it has one.
    private static final Object NONE = Optional.empty();

    private final String model;
    private final String name;
    private final Map<String, Template> templates;
    private final Map<String, String> sources;
    private final Map<String, String> specialTokens;
    private final ContentForms forms;
    private final Clock clock;

    /** @param model the model's name, for messages; empty if unknown */
    private ChatTemplate(
            String model,
            String name,
            Map<String, Template> templates,
            Map<String, String> sources,
            Map<String, String> specialTokens,
            ContentForms forms,
            Clock clock) {
        this.model = model;
        this.name = name;
        this.templates = templates;
        this.sources = sources;
        this.specialTokens = specialTokens;
        this.forms = forms;
        this.clock = clock;
    }

    /**
     * The template with that source.
     *
     * @param bosToken the template's variable {@code bos_token}
     * @param eosToken the template's variable {@code eos_token}
     * @throws TemplateException with line and column, if the source is malformed
     */
    public static ChatTemplate of(String source, String bosToken, String eosToken) {
        Map<String, String> tokens = new LinkedHashMap<>();
        tokens.put("bos_token", bosToken);
        tokens.put("eos_token", eosToken);
        return of("", Map.of(DEFAULT, source), tokens);
    }

    /**
     * Parses templates by name, with the special tokens by variable name.
     *
     * @param model the model's name, for messages; empty if unknown
     */
    static ChatTemplate of(String model, Map<String, String> sources, Map<String, String> specialTokens) {
        Map<String, Template> templates = new LinkedHashMap<>();
        sources.forEach((name, source) -> {
            try {
                templates.put(name, Template.parse(source));
            } catch (TemplateException e) {
                throw sources.size() == 1 ? of(model, e) : of(model, e.in("the chat template '" + name + "'"));
            }
        });
        return new ChatTemplate(
                model,
                DEFAULT,
                templates,
                Map.copyOf(sources),
                Map.copyOf(specialTokens),
                new ContentForms(),
                Clock.system(ZoneId.systemDefault()));
    }

    /**
     * The chat template of a model: from {@code chat_template.jinja} and {@code additional_chat_templates}, otherwise
     * from {@code chat_template.json}, otherwise from {@code tokenizer_config.json}; with the special tokens of
     * {@code tokenizer_config.json} or {@code special_tokens_map.json}. For a GGUF model, see {@link #of(Metadata)}.
     * Empty if the model has none.
     *
     * @throws TemplateException naming the file and key, if one cannot be read or is malformed
     * @throws orrery.format.FormatException if a GGUF file cannot be read
     */
    public static Optional<ChatTemplate> read(Path model) {
        if (ModelFile.isGguf(model)) {
            return of(ModelFile.readMetadata(model));
        }
        ChatTemplateFiles files = new ChatTemplateFiles(model);
        Map<String, String> sources = files.templates();
        return sources.isEmpty() ? Optional.empty() : Optional.of(of(model.toString(), sources, files.specialTokens()));
    }

    /**
     * The chat template in the metadata of a GGUF file: {@code tokenizer.chat_template}, and those that
     * {@code tokenizer.chat_templates} names; with the texts of the file's special tokens. Empty if it has none.
     *
     * @throws TemplateException if one is malformed, or is named but missing
     * @throws TokenizerException if a special token is not in the vocabulary
     * @throws orrery.format.FormatException if a value is missing or has the wrong type
     */
    public static Optional<ChatTemplate> of(Metadata gguf) {
        GgufChatTemplates templates = new GgufChatTemplates(gguf);
        Map<String, String> sources = templates.templates();
        return sources.isEmpty()
                ? Optional.empty()
                : Optional.of(of(gguf.origin(), sources, templates.specialTokens()));
    }

    /** The names of the model's templates; {@code default} is rendered unless another is chosen. */
    public SortedSet<String> names() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(templates.keySet()));
    }

    /** The sources of all the model's templates. */
    public Collection<String> sources() {
        return new TreeMap<>(sources).values();
    }

    /**
     * The model's template with that name.
     *
     * @throws TemplateException if there is none
     */
    public ChatTemplate named(String wanted) {
        if (!templates.containsKey(wanted)) {
            throw new TemplateException("there is no chat template named '" + wanted + "': expected one of " + names());
        }
        return new ChatTemplate(model, wanted, templates, sources, specialTokens, forms, clock);
    }

    /** The same template with another time for {@code strftime_now}. */
    public ChatTemplate withClock(Clock other) {
        return new ChatTemplate(model, name, templates, sources, specialTokens, forms, other);
    }

    /**
     * Renders the prompt of a conversation. As in transformers, {@code tools} and {@code documents} are None unless
     * passed, and passed tools select the template named {@code tool_use} if the model has one and no other was chosen.
     * For a template that only takes content as typed parts, the messages' texts are passed as such.
     *
     * @param addGenerationPrompt whether to append the beginning of the assistant's next message
     * @param variables further template variables: {@code tools}, {@code documents}, {@code enable_thinking} and so on,
     *     as strings, numbers, booleans, maps with string keys and lists; null is None
     * @throws TemplateException with line and column, if the template rejects the conversation or cannot be rendered
     */
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt, Map<String, Object> variables) {
        return renderMaps(
                messages.stream()
                        .map(message -> message.asMap(form(message.role(), variables)))
                        .toList(),
                addGenerationPrompt,
                variables);
    }

    /**
     * Whether user messages reach the prompt, as text or as typed parts. Found by rendering a message, once per
     * template.
     *
     * @param variables as {@link #render} takes them
     */
    public boolean hearsUsers(Map<String, Object> variables) {
        return form("user", variables) != ContentForms.Form.NONE;
    }

    private ContentForms.Form form(String role, Map<String, Object> variables) {
        return forms.of(chosen(variables), role, messages -> renderMaps(messages, true, variables));
    }

    private String chosen(Map<String, Object> variables) {
        boolean tools = variables.get("tools") != null;
        return tools && name.equals(DEFAULT) && templates.containsKey(FOR_TOOLS) ? FOR_TOOLS : name;
    }

    private String renderMaps(
            List<Map<String, Object>> messages, boolean addGenerationPrompt, Map<String, Object> variables) {
        Map<String, Object> context = new LinkedHashMap<>(specialTokens);
        context.put("tools", NONE);
        context.put("documents", NONE);
        context.putAll(variables);
        context.put("messages", messages);
        context.put("add_generation_prompt", addGenerationPrompt);
        return render(chosen(variables), context);
    }

    /**
     * Renders with exactly these variables, including special tokens.
     *
     * @throws TemplateException with line and column, if the template raises an error or cannot be rendered
     */
    public String render(Map<String, Object> context) {
        return render(name, context);
    }

    private String render(String chosen, Map<String, Object> context) {
        Template template = templates.get(chosen);
        if (template == null) {
            throw new TemplateException(
                    "the model has no chat template named '" + chosen + "': choose one of " + names());
        }
        try {
            return template.render(context, () -> LocalDateTime.now(clock));
        } catch (TemplateException e) {
            throw of(model, e);
        }
    }

    private static TemplateException of(String model, TemplateException fault) {
        return model.isEmpty() ? fault : fault.in("the chat template of " + model);
    }
}
