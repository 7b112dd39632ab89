package orrery.chat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import orrery.token.ChatMessage;
import orrery.token.ChatTemplate;
import orrery.token.Tokenizer;

/**
 * How a model writes reasoning and tool calls, and how its chat template takes them back. If a checkpoint has a
 * {@code response_template} in tokenizer_config.json, that is used; otherwise the family's literal, which is found by
 * the chat template's text, never by the model's name. If a template ignores tools, a text in the system message
 * describes them.
 *
 * <p>JSON values are plain: maps with string keys, lists, strings, numbers, booleans, null. Immutable; many threads may
 * use one format at the same time.
 */
public final class ChatFormat {
    private static final String CONFIG = "tokenizer_config.json";
    private static final String KEY = "response_template";

    private final ChatFamily family;
    private final TemplateFacts facts;
    private final ChatIds ids;
    private final boolean own;
    private final ResponseTemplate plain;
    private final Map<Tokenizer, CompiledFormat> compiled = new ConcurrentHashMap<>();

    private ChatFormat(ChatFamily family, TemplateFacts facts, boolean own, RandomGenerator random) {
        this.family = family;
        this.facts = facts;
        this.own = own;
        ids = new ChatIds(family.ids(), random);
        plain = ResponseTemplate.of(PlainJson.read(family.responseTemplate()), ControlMarks.NONE);
    }

    /**
     * The format of a model.
     *
     * @param model a model's directory, or a GGUF file, which has no response template
     * @param template the model's chat template
     * @throws ChatFormatException if tokenizer_config.json cannot be read, or its response template is malformed
     */
    public static ChatFormat read(Path model, Optional<ChatTemplate> template) {
        var file = model.resolve(CONFIG);
        if (!Files.isDirectory(model) || !Files.isRegularFile(file)) {
            return of(template, Optional.empty());
        }
        try {
            var text = Files.readString(file);
            var said = text.contains('"' + KEY + '"')
                    ? Optional.ofNullable(
                                    Values.object(PlainJson.read(text), CONFIG).get(KEY))
                            .map(PlainJson::write)
                    : Optional.<String>empty();
            return of(template, said);
        } catch (IOException | UnreadableException | ChatFormatException e) {
            throw new ChatFormatException("could not read how the model answers in " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The format of a model, from the contents of its files.
     *
     * @param template its chat template; a model without one cannot hold a conversation
     * @param responseTemplate the {@code response_template} of its tokenizer_config.json, as JSON
     * @throws ChatFormatException if that is malformed
     */
    public static ChatFormat of(Optional<ChatTemplate> template, Optional<String> responseTemplate) {
        return of(template, responseTemplate, new SecureRandom());
    }

    /** @param random the source of call ids */
    static ChatFormat of(Optional<ChatTemplate> template, Optional<String> responseTemplate, RandomGenerator random) {
        var family = ChatFamilies.of(template.map(ChatTemplate::sources)
                .map(sources -> String.join("\n", sources))
                .orElse(""));
        var found = template.map(TemplateFacts::of).orElse(new TemplateFacts(false, true, true, Optional.empty()));
        // A form of calls without a parser here is useless; the form that the prompt describes has one.
        boolean prompted = family.equals(ChatFamilies.PROMPTED) && responseTemplate.isEmpty();
        var facts = prompted ? found.withoutTools() : found;
        try {
            return new ChatFormat(
                    responseTemplate.map(family::with).orElse(family), facts, responseTemplate.isPresent(), random);
        } catch (UnreadableException e) {
            throw new ChatFormatException(KEY + " is not valid JSON: " + e.getMessage(), e);
        }
    }

    /** The name of the family's literal, such as {@code qwen-3}; {@code prompted} for templates without calls. */
    public String family() {
        return family.name();
    }

    /** Whether the checkpoint has a response template of its own. */
    public boolean isOwn() {
        return own;
    }

    /**
     * Whether a text describes the tools to the model, because its chat template ignores them or uses an unknown form
     * of calls.
     */
    public boolean promptsTools() {
        return !facts.takesTools();
    }

    /** Whether an answer may have several calls. */
    public boolean severalCalls() {
        return family.several();
    }

    private Optional<ResponseField> thought() {
        return plain.fields().values().stream().filter(ChatParser::isThought).findFirst();
    }

    /** Whether the format separates reasoning from the rest. */
    public boolean thinks() {
        return thought().isPresent();
    }

    /**
     * What ends the reasoning, for callers that want to end it; empty if there is no reasoning, or no literal ends it.
     */
    public Optional<String> thoughtEnd() {
        return thought()
                .flatMap(ResponseField::close)
                .flatMap(close -> close.literals().stream().findFirst());
    }

    /** The beginning of a tool's call, up to its arguments. */
    public String callOpening(String tool) {
        return family.callOpening().replace("{name}", tool);
    }

    /** A new call id, in the form that the template accepts. */
    public String newId() {
        return ids.next();
    }

    /**
     * A client's id in the form that the template accepts: unchanged if possible, otherwise always mapped to the same
     * other id.
     */
    public String idFor(String given) {
        return ids.taken(given);
    }

    /** Whether a rendered prompt ends inside a reasoning block, so that the answer continues it. */
    public boolean opensThought(String prompt) {
        var tail = new TailField();
        var regions = new RegionParser(plain, tail);
        regions.feed(plain.answerIn(prompt));
        return regions.explicit().filter(ChatParser::isThought).isPresent();
    }

    /**
     * A parser for one answer.
     *
     * @param tools the parameter schemas of the tools in the prompt, by name
     * @param thoughtIsOpen whether the prompt ends inside a reasoning block
     */
    public ChatParser parser(Tokenizer tokenizer, Map<String, Map<String, Object>> tools, boolean thoughtIsOpen) {
        var format = compiled.computeIfAbsent(tokenizer, own -> CompiledFormat.of(family, own));
        return new ChatParser(
                format,
                family.bare(),
                ids,
                tools,
                format.template().fields().values().stream()
                        .filter(field -> thoughtIsOpen && ChatParser.isThought(field))
                        .findFirst());
    }

    /**
     * A conversation in the form that the chat template takes: calls with arguments as objects or strings and with ids
     * of its form, reasoning as {@code reasoning_content} and {@code reasoning}. Tools, calls and system messages that
     * the template does not support are written as text.
     *
     * @param messages with the fields of the chat completions API: {@code tool_calls}, {@code tool_call_id},
     *     {@code reasoning_content} or {@code reasoning}
     * @param tools each as {@code {"type": "function", "function": {…}}}
     * @param variables further template variables
     */
    public ChatPrompt prompt(
            List<ChatMessage> messages, List<Map<String, Object>> tools, Map<String, Object> variables) {
        return new ConversationWriter(family, facts, ids).written(messages, new ArrayList<>(tools), variables);
    }

    /** Ignores all events: only the parser's position at the end matters. */
    private static final class TailField implements RegionParser.Listener {
        @Override
        public void opened(ResponseField field, Map<String, String> captures, String opening) {}

        @Override
        public void text(String text) {}

        @Override
        public void closed(boolean delimited) {}
    }
}
