package orrery.engine;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import orrery.token.TextStream;
import orrery.token.Tokenizer;

/** One request in progress: from a row of logits to a token, to text, to its session. Lives on the engine's thread. */
final class Generation implements Sequence.Recipient {
    private static final int NONE = -1;

    private final EngineLoop loop;
    private final Sequence sequence;
    private final Session session;
    private final Sampler sampler;
    private final TokenConstraint constraint;
    private final Tokenizer tokenizer;
    private final TextStream text;
    private final StopText stops;
    private final OptionalInt logprobs;
    private final int[] stopIds;
    private final int limit;

    /** The token chosen from a row of the last step, or why none could be chosen. */
    private int chosenRow = NONE;

    private int chosen;

    /** Rows of the prompt whose log probabilities the session has. */
    private int promptRead;

    private Optional<TokenLogprobs> thought = Optional.empty();
    private @Nullable EngineException failure;

    /**
     * @param stopIds ids that end an answer
     * @param context the most tokens of a sequence
     */
    Generation(
            EngineLoop loop,
            Request request,
            Sampler sampler,
            Tokenizer tokenizer,
            SortedSet<Integer> stopIds,
            int context) {
        this.loop = loop;
        this.sampler = sampler;
        constraint = request.constraint().get();
        this.tokenizer = tokenizer;
        text = tokenizer.textStream();
        logprobs = request.logprobs();
        this.stopIds = request.ignoreStopIds()
                ? new int[0]
                : stopIds.stream().mapToInt(Integer::intValue).toArray();
        int prompt = request.prompt().length;
        int room = context - prompt;
        limit = prompt + (request.maxTokens() == 0 ? room : Math.min(room, request.maxTokens()));
        sequence = new Sequence(request.prompt(), limit, loop.pools(), this);
        stops = new StopText(request.stop());
        if (request.promptLogprobs()) {
            sequence.use = Sequence.RowUse.ALL_LOGITS;
        }
        sequence.limit(request.limits());
        if (request.countExperts()) {
            sequence.experts = new ExpertCounts(loop.experts());
        }
        session = new Session(prompt, sequence.experts, () -> loop.cancel(sequence));
    }

    Sequence sequence() {
        return sequence;
    }

    Session session() {
        return session;
    }

    @Override
    public void fail(EngineException why) {
        session.fail(why);
    }

    @Override
    public void late() {
        session.finish(FinishReason.TIME, Optional.empty());
    }

    @Override
    public void begin(Sequence begun) {
        session.start(begun.reused);
    }

    @Override
    public void progressed(Sequence ready) {
        session.progressed(ready.computed);
    }

    /**
     * Log probabilities of the prompt's tokens, each from the row before it; those of recomputed rows are already
     * known.
     */
    @Override
    public void computed(Sequence ready) {
        try {
            for (int i = 0; i < ready.planned; i++) {
                int next = ready.from + i + 1;
                if (next < ready.promptLength() && next == promptRead + 1) {
                    session.promptToken(TokenLogprobs.of(
                            loop.logits(ready.firstWanted + i, 0), ready.token(next), logprobs.orElse(0)));
                    promptRead++;
                }
            }
        } catch (EngineException e) {
            loop.discard(ready);
            fail(e);
        } catch (RuntimeException e) {
            loop.discard(ready);
            fail(new EngineException("the generation failed: " + e, e));
        }
    }

    @Override
    public void choose(Sequence ready, int row, int worker) {
        chosenRow = row;
        failure = null;
        try {
            int required = constraint.required();
            long[] allowed = constraint.allowed();
            chosen = required == TokenConstraint.ANY
                    ? sampler.sample(allowedLogits(row, worker, allowed), ready, loop.scratch(worker))
                    : checked(required, allowed);
            // Read again, because the sampler has changed its row.
            thought = logprobs.isPresent()
                    ? Optional.of(TokenLogprobs.of(allowedLogits(row, worker, allowed), chosen, logprobs.getAsInt()))
                    : Optional.empty();
        } catch (EngineException e) {
            failure = e;
        } catch (RuntimeException e) {
            // A defect that affects this request only: the others continue.
            failure = new EngineException("the generation failed: " + e, e);
        }
    }

    private float[] allowedLogits(int row, int worker, long[] allowed) {
        float[] logits = loop.logits(row, worker);
        if (allowed.length > 0) {
            Logits.keep(logits, allowed);
        }
        return logits;
    }

    private int checked(int required, long[] allowed) {
        int id = Objects.checkIndex(required, loop.vocabSize());
        if (!Logits.allows(allowed, id)) {
            throw new EngineException("the answer's constraint requires token " + id + ", but does not allow it");
        }
        return id;
    }

    @Override
    public boolean mayFollow(int token) {
        try {
            int required = constraint.required();
            return required == TokenConstraint.ANY ? Logits.allows(constraint.allowed(), token) : required == token;
        } catch (RuntimeException e) {
            // The next choice meets it again, and reports it.
            return false;
        }
    }

    @Override
    public void accept(Sequence ready, int row) {
        if (chosenRow != row) {
            // After a draft token, which was first checked against its own row.
            choose(ready, row, 0);
        }
        chosenRow = NONE;
        if (failure != null) {
            loop.discard(ready);
            fail(failure);
            return;
        }
        try {
            take(chosen);
        } catch (RuntimeException e) {
            loop.discard(ready);
            fail(new EngineException("the generation failed: " + e, e));
        }
    }

    private void take(int token) {
        if (sequence.guessPlanned) {
            session.guessed(token == sequence.guess);
        }
        add(token);
        thought = Optional.empty();
        // Tokens without a choice need no pass of their own: the next step computes their rows together.
        int next = required();
        while (next != TokenConstraint.ANY) {
            add(Objects.checkIndex(next, loop.vocabSize()));
            next = required();
        }
    }

    private int required() {
        return sequence.ended || logprobs.isPresent() ? TokenConstraint.ANY : constraint.required();
    }

    private void add(int token) {
        sequence.append(token);
        if (Arrays.binarySearch(stopIds, token) >= 0) {
            finish(FinishReason.STOP, new GeneratedToken(token, last(), thought));
            return;
        }
        // No stop string spans a control token: held-back text belongs before it.
        String certain = tokenizer.isSpecial(token) ? stops.rest() : stops.append(text.append(token));
        if (stops.found().isPresent()) {
            finish(FinishReason.STOP, new GeneratedToken(token, certain, thought));
            return;
        }
        var generated = new GeneratedToken(token, certain, thought);
        constraint.accept(generated);
        if (constraint.complete()) {
            finish(FinishReason.STOP, new GeneratedToken(token, certain + last(), thought));
        } else if (sequence.length() >= limit) {
            finish(FinishReason.LENGTH, new GeneratedToken(token, certain + last(), thought));
        } else if (sequence.isLate(System.nanoTime())) {
            finish(FinishReason.TIME, new GeneratedToken(token, certain + last(), thought));
        } else {
            session.generated(generated);
        }
    }

    private String last() {
        return stops.append(text.finish()) + stops.rest();
    }

    private void finish(FinishReason why, GeneratedToken last) {
        if (why == FinishReason.TIME) {
            loop.finishLate(sequence);
        } else {
            loop.finish(sequence);
        }
        session.generated(last);
        session.finish(why, stops.found());
    }
}
