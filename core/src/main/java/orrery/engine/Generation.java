package orrery.engine;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import orrery.token.TextStream;
import orrery.token.Tokenizer;

/** One request on its way: from a row of logits to a token, to text, to its session. Lives on the engine's thread. */
final class Generation implements Sequence.Recipient {
    private final EngineLoop loop;
    private final Sequence sequence;
    private final Session session;
    private final Sampler sampler;
    private final Tokenizer tokenizer;
    private final TextStream text;
    private final StopText stops;
    private final OptionalInt logprobs;
    private final int[] stopIds;
    private final int limit;

    /**
     * @param stopIds ids that end an answer
     * @param context tokens of a sequence at most
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
        if (request.countExperts()) {
            sequence.experts = new ExpertCounts(loop.experts());
        }
        session = new Session(prompt, sequence.experts, () -> loop.cancel(this));
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
    public void begin(Sequence begun) {
        session.start(begun.reused);
    }

    @Override
    public void accept(Sequence ready, int row) {
        try {
            take(row);
        } catch (EngineException e) {
            loop.discard(ready);
            fail(e);
        } catch (RuntimeException e) {
            // A defect, but of this request: the others go on.
            loop.discard(ready);
            fail(new EngineException("the generation failed: " + e, e));
        }
    }

    private void take(int row) {
        int token = sampler.sample(loop.logits(row), sequence);
        // Read once more: the sampler has changed its row.
        Optional<TokenLogprobs> thought = logprobs.isPresent()
                ? Optional.of(TokenLogprobs.of(loop.logits(row), token, logprobs.getAsInt()))
                : Optional.empty();
        if (sequence.guessPlanned) {
            session.guessed(token == sequence.guess);
        }
        sequence.append(token);
        if (Arrays.binarySearch(stopIds, token) >= 0) {
            finish(FinishReason.STOP, new GeneratedToken(token, last(), thought));
            return;
        }
        // No stop text spans a control token: what is held back belongs before it.
        String certain = tokenizer.isSpecial(token) ? stops.rest() : stops.append(text.append(token));
        if (stops.found()) {
            finish(FinishReason.STOP, new GeneratedToken(token, certain, thought));
        } else if (sequence.length() >= limit) {
            finish(FinishReason.LENGTH, new GeneratedToken(token, certain + last(), thought));
        } else {
            session.generated(new GeneratedToken(token, certain, thought));
        }
    }

    private String last() {
        return stops.append(text.finish()) + stops.rest();
    }

    private void finish(FinishReason why, GeneratedToken last) {
        loop.finish(sequence);
        session.generated(last);
        session.finish(why);
    }
}
