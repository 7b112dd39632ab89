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
 * How a model writes thoughts and tool calls, and how its chat template takes them back. A checkpoint that says it (the
 * {@code response_template} of tokenizer_config.json) is read by what it says; the others by their family's literal,
 * which is found by what the chat template writes, never by the model's name. Templates that know no tools get them by
 * a text in the system message.
 *
 * <p>Values of JSON are plain: maps with string keys, lists, strings, numbers, booleans, null. Immutable; many threads
 * may use one format at once.
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
     * @param model a model's directory, or a GGUF file, which says nothing of answers
     * @param template the model's chat template
     * @throws ChatFormatException if tokenizer_config.json cannot be read, or what it says of answers is malformed
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
     * The format of a model by its files' contents.
     *
     * @param template its chat template; without one, nobody can hold a conversation with it
     * @param responseTemplate the {@code response_template} of its tokenizer_config.json, as JSON
     * @throws ChatFormatException if that is malformed
     */
    public static ChatFormat of(Optional<ChatTemplate> template, Optional<String> responseTemplate) {
        return of(template, responseTemplate, new SecureRandom());
    }

    /** @param random where ids of calls come from */
    static ChatFormat of(Optional<ChatTemplate> template, Optional<String> responseTemplate, RandomGenerator random) {
        var family = ChatFamilies.of(template.map(ChatTemplate::sources)
                .map(sources -> String.join("\n", sources))
                .orElse(""));
        var found = template.map(TemplateFacts::of).orElse(new TemplateFacts(false, true, true, Optional.empty()));
        // A form of calls that nobody here can read is of no use; one that the model is told of is.
        boolean prompted = family.equals(ChatFamilies.PROMPTED) && responseTemplate.isEmpty();
        var facts = prompted ? found.withoutTools() : found;
        try {
            return new ChatFormat(
                    responseTemplate.map(family::with).orElse(family), facts, responseTemplate.isPresent(), random);
        } catch (UnreadableException e) {
            throw new ChatFormatException(KEY + " is not valid JSON: " + e.getMessage(), e);
        }
    }

    /** Whose literal it is, such as {@code qwen-3}; {@code prompted} for templates that write no calls. */
    public String family() {
        return family.name();
    }

    /** Whether the checkpoint says itself how it answers. */
    public boolean isOwn() {
        return own;
    }

    /**
     * Whether the model is told of tools by a text, since its chat template ignores them or has a form of calls that is
     * not known.
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

    /** Whether thoughts are told from the rest. */
    public boolean thinks() {
        return thought().isPresent();
    }

    /** What ends a thought, for who wants it to end; empty if there are no thoughts, or no literal ends them. */
    public Optional<String> thoughtEnd() {
        return thought()
                .flatMap(ResponseField::close)
                .flatMap(close -> close.literals().stream().findFirst());
    }

    /** What a call of a tool begins with, up to its arguments. */
    public String callOpening(String tool) {
        return family.callOpening().replace("{name}", tool);
    }

    /** A new id for a call, as the template takes it. */
    public String newId() {
        return ids.next();
    }

    /** An id that a client sent as the template takes it: the same, or always the same other one. */
    public String idFor(String given) {
        return ids.taken(given);
    }

    /** Whether a rendered prompt ends within a thought, so that the answer goes on with it. */
    public boolean opensThought(String prompt) {
        var tail = new TailField();
        var regions = new RegionParser(plain, tail);
        regions.feed(plain.answerIn(prompt));
        return regions.explicit().filter(ChatParser::isThought).isPresent();
    }

    /**
     * A parser for one answer.
     *
     * @param tools the JSON schemas of the parameters of those tools that the model was told of, by name
     * @param thoughtIsOpen whether the prompt ends within a thought
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
     * A conversation as the chat template takes it: calls with their arguments as objects or texts and ids of its form,
     * thoughts as {@code reasoning_content} and {@code reasoning}. Where the template has no place for tools, calls or
     * system messages, they are written as texts.
     *
     * @param messages with the fields of the chat completions API: {@code tool_calls}, {@code tool_call_id},
     *     {@code reasoning_content} or {@code reasoning}
     * @param tools each as {@code {"type": "function", "function": {…}}}
     * @param variables further ones of the template
     */
    public ChatPrompt prompt(
            List<ChatMessage> messages, List<Map<String, Object>> tools, Map<String, Object> variables) {
        return new ConversationWriter(family, facts, ids).written(messages, new ArrayList<>(tools), variables);
    }

    /** Nobody listens: only where the answer stands is asked for. */
    private static final class TailField implements RegionParser.Listener {
        @Override
        public void opened(ResponseField field, Map<String, String> captures, String opening) {}

        @Override
        public void text(String text) {}

        @Override
        public void closed(boolean delimited) {}
    }
}
