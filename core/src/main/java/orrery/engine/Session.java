package orrery.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One running answer. The engine writes, one reader reads. A slow reader gets several pieces joined into one and holds
 * up nothing; at most the whole answer is buffered.
 *
 * <p>Any thread may call its methods; each piece is delivered once.
 */
public final class Session implements AutoCloseable, Iterable<String> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<GeneratedToken> unread = new ArrayDeque<>();
    private final List<TokenLogprobs> promptLogprobs = new ArrayList<>();
    private final int promptTokens;
    private final long submitted = System.nanoTime();
    private final ExpertCounts experts;
    private final Runnable cancel;
    private int[] tokens = new int[16];
    private int count;
    private int cachedTokens;
    private int processedTokens;
    private int processedTold = -1;
    private long processedAt;
    private int draftedTokens;
    private int acceptedTokens;
    private boolean started;
    private long startedAt;
    private long firstAt;
    private long lastAt;
    private Optional<String> stopText = Optional.empty();
    private @Nullable FinishReason reason;
    private @Nullable EngineException failure;

    /**
     * @param experts the engine's counts
     * @param cancel asks the engine to stop; called at most once, and not after the end
     */
    Session(int promptTokens, ExpertCounts experts, Runnable cancel) {
        this.experts = experts;
        this.promptTokens = promptTokens;
        this.cancel = cancel;
    }

    /**
     * The next piece of the answer, never empty text; waits for it.
     *
     * @return empty when the answer has ended
     * @throws EngineException if the generation failed, after everything before that was read; or if this thread is
     *     interrupted
     */
    public Optional<String> next() {
        lock.lock();
        try {
            var piece = new StringBuilder();
            while (awaitToken()) {
                while (!unread.isEmpty()) {
                    piece.append(unread.removeFirst().text());
                }
                if (!piece.isEmpty()) {
                    return Optional.of(piece.toString());
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The next token of the answer, including control tokens and the stop id; waits for it. {@link #next} takes the
     * text of the same tokens: each token is delivered by one of the two.
     *
     * @return empty when the answer has ended
     * @throws EngineException if the generation failed, after everything before that was read; or if this thread is
     *     interrupted
     */
    public Optional<GeneratedToken> nextToken() {
        lock.lock();
        try {
            return awaitToken() ? Optional.of(unread.removeFirst()) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for an unread token; returns false when the answer has ended. */
    private boolean awaitToken() {
        while (unread.isEmpty() && reason == null) {
            await();
        }
        if (unread.isEmpty() && failure != null) {
            // A new exception for each caller, so that the trace shows the caller; the cause shows what happened.
            throw new EngineException(String.valueOf(failure.getMessage()), failure);
        }
        return !unread.isEmpty();
    }

    /** The rest of the answer; waits for its end. */
    public String text() {
        var text = new StringBuilder();
        for (var piece = next(); piece.isPresent(); piece = next()) {
            text.append(piece.get());
        }
        return text.toString();
    }

    /** The pieces as they arrive; each iterator gets pieces that no other has taken. */
    @Override
    public Iterator<String> iterator() {
        return new PieceIterator(this);
    }

    /**
     * Waits for the first step that the session takes part in.
     *
     * @return false if it has ended without one
     * @throws EngineException if this thread is interrupted
     */
    public boolean awaitStart() {
        lock.lock();
        try {
            while (!started && reason == null) {
                await();
            }
            return started;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The prompt's progress: waits until it is further than at the last call. The first call tells how much was cached,
     * the last that all of it is computed; a slow reader misses some in between.
     *
     * @return empty when there is nothing more to report
     * @throws EngineException if this thread is interrupted
     */
    public Optional<PromptProgress> nextProgress() {
        lock.lock();
        try {
            while (count == 0 && reason == null && (!started || processedTokens == processedTold)) {
                await();
            }
            if (!started || processedTokens == processedTold) {
                return Optional.empty();
            }
            processedTold = processedTokens;
            return Optional.of(
                    new PromptProgress(promptTokens, cachedTokens, processedTokens, processedAt - startedAt));
        } finally {
            lock.unlock();
        }
    }

    /** Whether the generation has ended; some text may still be unread. */
    public boolean finished() {
        lock.lock();
        try {
            return reason != null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Why the generation ended; waits for the end.
     *
     * @throws EngineException if this thread is interrupted
     */
    public FinishReason finishReason() {
        lock.lock();
        try {
            while (reason == null) {
                await();
            }
            return reason;
        } finally {
            lock.unlock();
        }
    }

    /** The stop string that ended the answer, if one did and the answer has ended. */
    public Optional<String> stopText() {
        lock.lock();
        try {
            return stopText;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Log probabilities of the prompt's tokens after the first, in order, as far as they were computed: all of them
     * once the first token of the answer is there. Empty unless requested: {@link Request#withPromptLogprobs}.
     */
    public List<TokenLogprobs> promptLogprobs() {
        lock.lock();
        try {
            return List.copyOf(promptLogprobs);
        } finally {
            lock.unlock();
        }
    }

    /** Adds the next token of the prompt. */
    void promptToken(TokenLogprobs logprobs) {
        lock.lock();
        try {
            promptLogprobs.add(logprobs);
        } finally {
            lock.unlock();
        }
    }

    /** The ids generated so far, including the stop id; a copy. */
    public int[] tokens() {
        lock.lock();
        try {
            return Arrays.copyOf(tokens, count);
        } finally {
            lock.unlock();
        }
    }

    /** The tokens that it has used so far. */
    public Usage usage() {
        lock.lock();
        try {
            long end = reason == null ? System.nanoTime() : lastAt;
            long waiting = (started ? startedAt : end) - submitted;
            long prefill = started ? (count > 0 ? firstAt : end) - startedAt : 0;
            long decode = count > 0 ? lastAt - firstAt : 0;
            return new Usage(
                    promptTokens, cachedTokens, count, draftedTokens, acceptedTokens, waiting, prefill, decode);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The experts that its own rows were routed to so far; complete when the engine has ended the answer, which may be
     * a step after {@link #close}.
     *
     * @return no layers if the model has no experts
     * @throws EngineException if the request did not ask for it: {@link Request#countExperts}
     */
    public ExpertUse expertUse() {
        if (experts == ExpertCounts.NONE) {
            throw new EngineException("the experts were not counted, expected a request with countExperts");
        }
        return experts.use();
    }

    /** Cancels, unless it has ended. Tokens generated before can still be read. */
    @Override
    public void close() {
        if (end(FinishReason.CANCELLED, null)) {
            cancel.run();
        }
    }

    /** Its first step starts; a second call, after a preemption, changes nothing. */
    void start(int cached) {
        lock.lock();
        try {
            if (!started) {
                started = true;
                startedAt = System.nanoTime();
                cachedTokens = cached;
                processedTokens = cached;
                processedAt = startedAt;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * So many of the prompt's tokens are computed. After a preemption there may be fewer than before, which is not
     * reported.
     */
    void progressed(int processed) {
        lock.lock();
        try {
            if (processed > processedTokens) {
                processedTokens = processed;
                processedAt = System.nanoTime();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next token was drafted; says whether the draft was accepted. */
    void guessed(boolean rightly) {
        lock.lock();
        try {
            if (reason == null) {
                draftedTokens++;
                acceptedTokens += rightly ? 1 : 0;
            }
        } finally {
            lock.unlock();
        }
    }

    /** A token was chosen. */
    void generated(GeneratedToken token) {
        lock.lock();
        try {
            if (reason != null) {
                return;
            }
            if (count == tokens.length) {
                tokens = Arrays.copyOf(tokens, 2 * count);
            }
            tokens[count++] = token.id();
            lastAt = System.nanoTime();
            if (count == 1) {
                firstAt = lastAt;
            }
            unread.addLast(token);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends after the last token, possibly by a stop string. */
    void finish(FinishReason why, Optional<String> text) {
        lock.lock();
        try {
            stopText = text;
            end(why, null);
        } finally {
            lock.unlock();
        }
    }

    void fail(EngineException why) {
        end(FinishReason.FAILED, why);
    }

    private boolean end(FinishReason why, @Nullable EngineException because) {
        lock.lock();
        try {
            if (reason != null) {
                return false;
            }
            reason = why;
            failure = because;
            if (count == 0) {
                lastAt = System.nanoTime();
            }
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void await() {
        try {
            changed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while waiting for the engine", e);
        }
    }
}
