package orrery.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import orrery.catalog.Catalog;
import orrery.catalog.Checkpoint;
import orrery.catalog.OpenCheckpoint;
import orrery.format.Metadata;
import orrery.format.ModelFile;
import orrery.kernel.Backend;
import orrery.kernel.KvCache;
import orrery.model.Weights;
import orrery.tensor.KvType;
import orrery.token.ChatMessage;
import orrery.token.ChatTemplate;
import orrery.token.Tokenizer;

/**
 * An open model that serves requests, many at a time. Any thread may call its methods.
 *
 * <pre>{@code
 * try (var engine = Engine.open(Path.of("model"), EngineOptions.defaults());
 *         var session = engine.submit(engine.chat("Which attention does DeepSeek V3 use?"))) {
 *     for (String piece : session) {
 *         System.out.print(piece);
 *     }
 * }
 * }</pre>
 */
public final class Engine implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Engine.class.getName());

    private final Resources resources;
    private final Catalog.Description description;
    private final List<String> notes;
    private final Tokenizer tokenizer;
    private final Optional<ChatTemplate> template;
    private final GenerationConfig generation;
    private final Prompts prompts;
    private final Constraints constraints;
    private final long weightBytes;
    private final KvType kvType;
    private final CachePlan plan;
    private final BoundModel model;
    private final Optional<ExpertsInMemory> heldExperts;
    private final EngineLoop loop;

    private Engine(Path path, EngineOptions options, LoadListener listener, Resources resources) {
        this.resources = resources;
        linkAhead(options);
        var file = ModelFile.open(path);
        resources.add(file, file::close);
        var ahead = new TextAhead(file);
        resources.add(ahead, ahead::close);
        var open = new OpenCheckpoint(file, Catalog.open(file));
        requireDraft(open.checkpoint().description(), options);
        var checkpoint = options.partOf(open.checkpoint());
        description = checkpoint.description();
        var spec = description.spec();
        var weights = new Weights(spec, checkpoint.weights());
        weightBytes = weights.bytes();
        kvType = options.kvTypeOf(spec, checkpoint.storedAs());
        plan = CachePlan.of(spec, options, kvType, weightBytes);
        int wanted = Scheduler.rowsOfAnAnswer(options.speculation()) * options.maxSequences();
        var use = new BoundModel.Use(options.prefillRows() + wanted, wanted, plan.bytes(), true);
        LoadListener told = (done, all) -> {
            ahead.requireNoFailure();
            listener.packed(done, all);
        };
        model = open.reading(() -> BoundModel.of(weights, options, use, told));
        resources.add(model, model::close);
        var text = ahead.get();
        tokenizer = text.tokenizer();
        template = text.template();
        var found = new ArrayList<>(notes(checkpoint, file.metadata().origin()));
        found.addAll(text.notes());
        generation = text.generation()
                .withStopIds(stopIds(text.generation(), file.metadata(), tokenizer, spec.vocabSize(), found));
        prompts = new Prompts(spec.name(), tokenizer, template);
        constraints = new Constraints(tokenizer, generation.stopIds(), spec.vocabSize());
        var decoder = model.decoder();
        found.addAll(model.notes());
        notes = List.copyOf(found);
        var layers = CachePlan.caches(spec, options);
        var cache = new KvCache(layers, kvType, KvCache.DEFAULT_PAGE_SIZE, plan::pages, plan.states());
        resources.add(cache, cache::close);
        heldExperts = options.expertsInMemory() == 0
                ? Optional.empty()
                : Optional.of(
                        new ExpertsInMemory(decoder.experts(), spec.name(), options.expertsInMemory(), Host.memory()));
        heldExperts.ifPresent(held -> resources.add(held, held::close));
        loop = new EngineLoop(
                path,
                file.files(),
                decoder,
                cache,
                layers,
                new Scheduler(
                        cache,
                        options.prefillRows(),
                        options.maxSequences(),
                        plan.context(),
                        options.speculation(),
                        spec.turnsAs(Integer.MAX_VALUE) == 1 ? _ -> 1 : spec::turnsAs,
                        new Pace(options.prefillRows(), options.maxPauseMillis() * 1_000_000L),
                        decoder.kernels().crew()),
                options.speculation(),
                heldExperts);
        resources.add(loop, loop::close);
        loop.start();
    }

    /**
     * Opens a model directory or a GGUF model: anything that {@link ModelFile#open} takes.
     *
     * @throws orrery.OrreryException if anything there cannot be read or run, or the options cannot be met
     */
    public static Engine open(Path model, EngineOptions options) {
        return open(model, options, LoadListener.NONE);
    }

    /** The same, with a listener for the progress. */
    public static Engine open(Path model, EngineOptions options, LoadListener listener) {
        var resources = new Resources();
        try {
            return new Engine(model, options, listener, resources);
        } catch (RuntimeException | Error e) {
            try (resources) {
                throw e;
            }
        }
    }

    /**
     * Finds the backend that most models run on while the file's header is read, because linking the system's functions
     * takes about as long.
     */
    private static void linkAhead(EngineOptions options) {
        if (options.backend().isEmpty()) {
            Thread.ofPlatform().name("orrery-backend").daemon().start(Backend::best);
        }
    }

    private static List<String> notes(Checkpoint checkpoint, String origin) {
        var notes = checkpoint.notes();
        notes.forEach(note -> LOG.log(System.Logger.Level.INFO, note));
        var unknown = checkpoint.description().notUnderstood();
        if (!unknown.isEmpty()) {
            String warning = origin + " says what is not understood and not used: " + String.join(", ", unknown);
            LOG.log(System.Logger.Level.WARNING, warning);
        }
        return notes;
    }

    private static void requireDraft(Catalog.Description description, EngineOptions options) {
        var spec = options.slice()
                .map(slice -> description.sliced(slice))
                .orElse(description)
                .spec();
        if (options.speculation() == Speculation.MTP && spec.draft().isEmpty()) {
            throw new EngineException(
                    "speculate is mtp, but " + spec.name() + " (" + description.family() + ") has "
                            + spec.layers().size() + " layers and none of multi-token prediction"
                            + "; expected a model that names num_nextn_predict_layers, such as DeepSeek V3, and whose files hold that layer");
        }
    }

    /**
     * The stop ids of the first source that has any: generation_config.json or a GGUF file's metadata, config.json (or
     * its text part), the tokenizer.
     *
     * @param notes receives, in words, which of them the vocabulary lacks
     */
    private static SortedSet<Integer> stopIds(
            GenerationConfig generation, Metadata config, Tokenizer tokenizer, int vocabSize, List<String> notes) {
        var ids = within(vocabSize, generation.stopIds(), notes);
        if (ids.isEmpty()) {
            ids = within(vocabSize, GenerationConfig.stopIds(config), notes);
        }
        if (ids.isEmpty() && config.isObject("text_config")) {
            ids = within(vocabSize, GenerationConfig.stopIds(config.requireChild("text_config")), notes);
        }
        if (ids.isEmpty()) {
            tokenizer.endOfSequence().ifPresent(ids::add);
        }
        return ids;
    }

    private static SortedSet<Integer> within(int vocabSize, SortedSet<Integer> ids, List<String> notes) {
        var kept = new TreeSet<>(ids);
        kept.removeIf(id -> id < 0 || id >= vocabSize);
        if (kept.size() < ids.size()) {
            var strays = new TreeSet<>(ids);
            strays.removeAll(kept);
            notes.add("tokens that should end an answer and that the model, which has " + vocabSize + ", lacks: "
                    + strays);
        }
        return kept;
    }

    /** The model's architecture and family, and the parts of its config that were not understood. */
    public Catalog.Description description() {
        return description;
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** The chat template; empty for a base model. */
    public Optional<ChatTemplate> chatTemplate() {
        return template;
    }

    /** The authors' sampling defaults, and the stop ids. */
    public GenerationConfig generation() {
        return generation;
    }

    /** The most tokens of a sequence, prompt and answer. */
    public int context() {
        return plan.context();
    }

    /** The kernels in words, and, if something is missing for faster ones, what. */
    public String kernels() {
        return model.kernels();
    }

    /** Bytes of the weights as they are stored. */
    public long weightBytes() {
        return weightBytes;
    }

    /** The type that the KV cache stores keys and values in. */
    public KvType kvType() {
        return kvType;
    }

    /** Bytes that the KV cache may grow to; it allocates them as needed. */
    public long cacheBytes() {
        return plan.bytes();
    }

    /** Bytes of the KV cache in use after the last step, including what is kept for a conversation's next turn. */
    public long cacheBytesHeld() {
        return loop.bytesHeld();
    }

    /** Bytes of the KV cache that the last step used, including those of sequences that ended with it. */
    public long cacheBytesOfLastStep() {
        return loop.bytesOfStep();
    }

    /** Bytes of the copies of experts that {@link EngineOptions#expertsInMemory} has made so far. */
    public long expertBytesHeld() {
        return heldExperts.map(ExpertsInMemory::bytes).orElse(0L);
    }

    /** Counters since it was opened. */
    public EngineStatistics statistics() {
        return loop.statistics();
    }

    /** Parts of the files that the engine does not use, in words. */
    public List<String> notes() {
        return notes;
    }

    /** What answers can be held to: JSON schemas, expressions, grammars. */
    public Constraints constraints() {
        return constraints;
    }

    /** The token ids of a conversation in the model's chat template, with the generation prompt. */
    public int[] promptOf(List<ChatMessage> messages) {
        return promptOf(messages, Map.of());
    }

    /** The same, with template variables. */
    public int[] promptOf(List<ChatMessage> messages, Map<String, Object> variables) {
        return rendered(messages, variables).ids();
    }

    /**
     * The token ids of a conversation in the model's chat template, with the generation prompt. Control tokens spelled
     * in a message or a variable are plain text; the BOS token occurs once.
     *
     * @param variables further template variables, such as {@code enable_thinking} or {@code tools}
     * @throws EngineException if the model has no template, the template leaves out what users say, or there is no
     *     message
     * @throws orrery.OrreryException if the template rejects the conversation
     */
    public RenderedPrompt rendered(List<ChatMessage> messages, Map<String, Object> variables) {
        return prompts.chat(messages, variables);
    }

    /**
     * The ids of raw text: control tokens in it are recognized, and the tokenizer adds the tokens that it adds to every
     * text.
     */
    public int[] promptOf(String raw) {
        return prompts.raw(raw);
    }

    /** A request for the answer to one message, with the model's default sampling. */
    public Request chat(String userText) {
        return chat(List.of(new ChatMessage("user", userText)));
    }

    /** A request for the next message of a conversation, with the model's default sampling. */
    public Request chat(List<ChatMessage> messages) {
        return chat(messages, Map.of());
    }

    /** The same, with template variables. */
    public Request chat(List<ChatMessage> messages, Map<String, Object> variables) {
        return Request.of(promptOf(messages, variables)).withSampling(generation.sampling());
    }

    /** A request to continue raw text, with the model's default sampling. */
    public Request raw(String text) {
        return Request.of(promptOf(text)).withSampling(generation.sampling());
    }

    /**
     * Starts an answer; never waits.
     *
     * @throws EngineException if the prompt is empty, leaves no room in the context, or has an id that the model does
     *     not have; if the bias has such an id; or if the engine is closed
     */
    public Session submit(Request request) {
        requirePrompt(request.prompt());
        var generation = new Generation(
                loop,
                request,
                Sampler.of(request.sampling(), description.spec().vocabSize()),
                tokenizer,
                generation().stopIds(),
                context());
        loop.submit(generation.sequence());
        return generation.session();
    }

    /**
     * Starts to compute the mean of a text's hidden states after the final norm, over all its tokens; never waits.
     *
     * @param ids the text's tokens
     * @throws EngineException as {@link #submit}
     */
    public MeanState meanState(int... ids) {
        return meanState(TimeLimits.NONE, ids);
    }

    /** The same with time limits. */
    public MeanState meanState(TimeLimits limits, int... ids) {
        requirePrompt(ids);
        var state = new MeanState(loop, limits, ids);
        loop.submit(state.sequence());
        return state;
    }

    private void requirePrompt(int[] prompt) {
        if (prompt.length == 0) {
            throw new EngineException("the prompt is empty, expected at least one token");
        }
        if (prompt.length >= context()) {
            throw new EngineException("the prompt has " + prompt.length + " tokens, but the context holds " + context()
                    + ", the answer included; expected at most " + (context() - 1));
        }
        int vocabSize = description.spec().vocabSize();
        for (int i = 0; i < prompt.length; i++) {
            if (prompt[i] < 0 || prompt[i] >= vocabSize) {
                throw new EngineException(
                        "token " + i + " of the prompt has the id " + prompt[i] + ", expected 0 to " + (vocabSize - 1));
            }
        }
    }

    /** Ends every open session, waits for the running step, and frees everything. A second call does nothing. */
    @Override
    public void close() {
        resources.close();
    }
}
