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
import orrery.constrain.Grammar;
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
    private final String sources;
    private final ResponseTemplate plain;
    private final Map<Tokenizer, CompiledFormat> compiled = new ConcurrentHashMap<>();

    private ChatFormat(ChatFamily family, TemplateFacts facts, boolean own, String sources, RandomGenerator random) {
        this.family = family;
        this.facts = facts;
        this.own = own;
        this.sources = sources;
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
        var sources = template.map(ChatTemplate::sources)
                .map(several -> String.join("\n", several))
                .orElse("");
        var family = ChatFamilies.of(sources);
        var found = template.map(TemplateFacts::of).orElse(new TemplateFacts(false, true, true, Optional.empty()));
        // A form of calls without a parser here is useless; the form that the prompt describes has one.
        boolean prompted = family.equals(ChatFamilies.PROMPTED) && responseTemplate.isEmpty();
        var facts = prompted ? found.withoutTools() : found;
        try {
            return new ChatFormat(
                    responseTemplate.map(family::with).orElse(family),
                    facts,
                    responseTemplate.isPresent(),
                    sources,
                    random);
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
        return family.calls().before() + family.calls().opening(tool);
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
        return tail(prompt).explicit().filter(ChatParser::isThought).isPresent();
    }

    private RegionParser tail(String prompt) {
        var regions = new RegionParser(plain, new TailField());
        regions.feed(plain.answerIn(prompt));
        return regions;
    }

    /**
     * A parser for one answer of a model that is free to write what it wants.
     *
     * @param tools the parameter schemas of the tools in the prompt, by name
     * @param thoughtIsOpen whether the prompt ends inside a reasoning block
     */
    public ChatParser parser(Tokenizer tokenizer, Map<String, Map<String, Object>> tools, boolean thoughtIsOpen) {
        return parser(tokenizer, tools, thoughtIsOpen, AnswerReading.FREE);
    }

    /**
     * The same for an answer that follows {@link #grammar}: its text and the strings of its calls may spell
     * delimiters.
     */
    public ChatParser parser(
            Tokenizer tokenizer,
            Map<String, Map<String, Object>> tools,
            boolean thoughtIsOpen,
            Optional<AnswerShape> shape) {
        return parser(tokenizer, tools, thoughtIsOpen, AnswerReading.of(shape));
    }

    private ChatParser parser(
            Tokenizer tokenizer, Map<String, Map<String, Object>> tools, boolean thoughtIsOpen, AnswerReading reading) {
        var format = compiled(tokenizer);
        return new ChatParser(
                format,
                family.bare(),
                ids,
                tools,
                format.template().fields().values().stream()
                        .filter(field -> thoughtIsOpen && ChatParser.isThought(field))
                        .findFirst(),
                reading);
    }

    private CompiledFormat compiled(Tokenizer tokenizer) {
        return compiled.computeIfAbsent(tokenizer, own -> CompiledFormat.of(family, own));
    }

    /**
     * The grammar of an answer: its reasoning, which stays free, and behind it what the shape says, with calls as the
     * model's family writes them. Control tokens stand in it as {@link orrery.constrain.ControlToken} has them.
     *
     * @param prompt the rendered prompt that it answers
     * @throws ChatFormatException if a call of a tool could not be read, or the reasoning has no fixed end
     */
    public Grammar grammar(Tokenizer tokenizer, AnswerShape shape, String prompt) {
        shape.callable().forEach(tool -> requireReadable(tokenizer, tool.name()));
        boolean open = opensThought(prompt);
        var thought = thought()
                .filter(_ -> open || mayThink(prompt))
                .flatMap(field -> literal(field.open())
                        .flatMap(opening ->
                                literal(field.close()).map(closing -> new AnswerGrammar.Thought(opening, closing))));
        if (open && thought.isEmpty()) {
            throw new ChatFormatException(
                    "the prompt has begun the model's reasoning, whose end is no fixed text in the " + "format "
                            + family.name() + ", so nothing can be required of what follows it");
        }
        return new AnswerGrammar(family, tokenizer, compiled(tokenizer).marks()).of(shape, thought, open);
    }

    /** Whether the model knows how to reason, and the prompt has not done that in its place. */
    private boolean mayThink(String prompt) {
        boolean known = own || thoughtEnd().filter(sources::contains).isPresent();
        return known && thoughtEnd().filter(plain.answerIn(prompt)::contains).isEmpty();
    }

    private static Optional<String> literal(Optional<Anchor> anchor) {
        return anchor.flatMap(found -> found.literals().stream().findFirst());
    }

    /** A form of calls that the checkpoint's own template or the tool's name does not fit would be read as text. */
    private void requireReadable(Tokenizer tokenizer, String tool) {
        var parser = parser(tokenizer, Map.of(tool, Map.of()), false, AnswerReading.CALLS_OR_TEXT);
        var text = tokenizer.textStream();
        var events = new ArrayList<ChatEvent>();
        for (int id : tokenizer.encodePrompt(family.constrained().call(tool, "{}"))) {
            events.addAll(parser.accept(id, text.append(id)));
        }
        events.addAll(parser.accept(text.finish()));
        events.addAll(parser.finish());
        var said = ChatAnswer.of(events);
        boolean read = said.calls().size() == 1
                && said.calls().getFirst().complete()
                && said.calls().getFirst().name().equals(tool);
        if (!read) {
            throw new ChatFormatException("a call of the tool '" + tool + "' cannot be required: the model's format ("
                    + family.name() + (own ? ", with a response template of its own" : "")
                    + ") has no form in which it could be read");
        }
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
