package orrery.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orrery.catalog.Catalog;
import orrery.token.ChatMessage;
import orrery.token.ChatTemplate;
import orrery.token.Tokenizer;

/**
 * An open model that answers requests, many at a time.
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
    private Engine() {}

    /**
     * Opens a model directory.
     *
     * @throws orrery.OrreryException if anything in it cannot be read or run, or the options cannot be met
     */
    public static Engine open(Path modelDirectory, EngineOptions options) {
        throw new UnsupportedOperationException(modelDirectory + " " + options);
    }

    /** What the model's config says: its architecture, its family, what was not understood. */
    public Catalog.Description description() {
        throw new UnsupportedOperationException();
    }

    public Tokenizer tokenizer() {
        throw new UnsupportedOperationException();
    }

    /** Empty for a model that was not made for conversations. */
    public Optional<ChatTemplate> chatTemplate() {
        throw new UnsupportedOperationException();
    }

    /** The authors' sampling, and the ids that end an answer. */
    public GenerationConfig generation() {
        throw new UnsupportedOperationException();
    }

    /** Tokens of a sequence at most, prompt and answer. */
    public int context() {
        throw new UnsupportedOperationException();
    }

    /** What computes, in words. */
    public String kernels() {
        throw new UnsupportedOperationException();
    }

    /** Bytes of the weights as they are stored. */
    public long weightBytes() {
        throw new UnsupportedOperationException();
    }

    /** Bytes that the KV cache may grow to. */
    public long cacheBytes() {
        throw new UnsupportedOperationException();
    }

    /** Bytes of the KV cache that sequences hold at this moment, those kept for a conversation's next turn among them. */
    public long cacheBytesHeld() {
        throw new UnsupportedOperationException();
    }

    /** In words, what the files hold and the engine does not use. */
    public List<String> notes() {
        throw new UnsupportedOperationException();
    }

    /** The ids of a conversation in the model's own template, ready for the answer, as {@link #promptOf(List, Map)} without variables. */
    public int[] promptOf(List<ChatMessage> messages) {
        return promptOf(messages, Map.of());
    }

    /**
     * The ids of a conversation in the model's own template, ready for the answer. Control tokens that a message spells are plain text.
     *
     * @param variables what else the template is told, such as {@code enable_thinking} or {@code tools}
     * @throws EngineException if the model has no template
     * @throws orrery.OrreryException if the template refuses the conversation
     */
    public int[] promptOf(List<ChatMessage> messages, Map<String, Object> variables) {
        throw new UnsupportedOperationException(messages + " " + variables);
    }

    /** The ids of a text as it stands; control tokens in it count, and the tokenizer adds what it adds to every text. */
    public int[] promptOf(String raw) {
        throw new UnsupportedOperationException(raw);
    }

    /** A request for the answer to one message, sampled as the model's authors want. */
    public Request chat(String userText) {
        return chat(List.of(new ChatMessage("user", userText)));
    }

    /** A request for the next message of a conversation, sampled as the model's authors want. */
    public Request chat(List<ChatMessage> messages) {
        return chat(messages, Map.of());
    }

    /** The same, with variables for the template. */
    public Request chat(List<ChatMessage> messages, Map<String, Object> variables) {
        return Request.of(promptOf(messages, variables))
                .withSampling(generation().sampling());
    }

    /** A request for the continuation of a text as it stands, sampled as the model's authors want. */
    public Request raw(String text) {
        return Request.of(promptOf(text)).withSampling(generation().sampling());
    }

    /**
     * Starts an answer; never waits.
     *
     * @throws EngineException if the prompt is empty, leaves no room in the context, or names an id that the model does not have; or if the
     *     engine is closed
     */
    public Session submit(Request request) {
        throw new UnsupportedOperationException(request.toString());
    }

    /** Ends every session, waits for the step that is running, and frees everything. A second call does nothing. */
    @Override
    public void close() {}
}
