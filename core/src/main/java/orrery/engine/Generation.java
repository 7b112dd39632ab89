package orrery.engine;

import java.util.Arrays;
import java.util.SortedSet;
import orrery.token.TextStream;

/** One request on its way: from a row of logits to a token, to text, to its session. Lives on the engine's thread. */
final class Generation implements Sequence.Recipient {
    private final EngineLoop loop;
    private final Sequence sequence;
    private final Session session;
    private final Sampler sampler;
    private final TextStream text;
    private final StopText stops;
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
            TextStream text,
            SortedSet<Integer> stopIds,
            int context) {
        this.loop = loop;
        this.sampler = sampler;
        this.text = text;
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
            take(sampler.sample(loop.logits(row), ready));
        } catch (EngineException e) {
            loop.discard(ready);
            fail(e);
        } catch (RuntimeException e) {
            // A defect, but of this request: the others go on.
            loop.discard(ready);
            fail(new EngineException("the generation failed: " + e, e));
        }
    }

    private void take(int token) {
        if (sequence.guessPlanned) {
            session.guessed(token == sequence.guess);
        }
        sequence.append(token);
        if (Arrays.binarySearch(stopIds, token) >= 0) {
            session.generated(token, "");
            finish(FinishReason.STOP, last());
            return;
        }
        session.generated(token, stops.append(text.append(token)));
        if (stops.found()) {
            finish(FinishReason.STOP, "");
        } else if (sequence.length() >= limit) {
            finish(FinishReason.LENGTH, last());
        }
    }

    private String last() {
        return stops.append(text.finish()) + stops.rest();
    }

    private void finish(FinishReason why, String rest) {
        loop.finish(sequence);
        session.finish(why, rest);
    }
}
