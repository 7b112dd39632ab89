package orrery.server.api;

import java.util.List;
import orrery.engine.PromptProgress;
import orrery.engine.Usage;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a request wants to know of its time, in the words of llama.cpp's server.
 *
 * @param perToken {@code timings_per_token}: whether {@code timings} are in each chunk, and in the whole
 * @param progress {@code return_progress}: whether a stream has chunks with {@code prompt_progress} while a prompt is
 *     read
 */
record Timings(boolean perToken, boolean progress) {

    /**
     * The {@code timings} of some answers together: their tokens are added, and the times are those of the slowest. A
     * rate of answers is that of the tokens after the first, which comes with the prompt.
     */
    static ObjectNode of(List<Usage> usages) {
        int cached = 0;
        int read = 0;
        int generated = 0;
        int drafted = 0;
        int accepted = 0;
        long prompt = 0;
        long decode = 0;
        for (var usage : usages) {
            cached += usage.cachedPromptTokens();
            read += usage.promptTokens() - usage.cachedPromptTokens();
            generated += usage.generatedTokens();
            drafted += usage.draftedTokens();
            accepted += usage.acceptedTokens();
            prompt = Math.max(prompt, usage.prefillNanos());
            decode = Math.max(decode, usage.decodeNanos());
        }
        var timings = JsonTree.object();
        timings.put("cache_n", cached);
        put(timings, "prompt", read, read, prompt);
        put(timings, "predicted", generated, generated - usages.size(), decode);
        if (drafted > 0) {
            timings.put("draft_n", drafted).put("draft_n_accepted", accepted);
        }
        return timings;
    }

    /** @param timed of these tokens, those that the time was spent on */
    private static void put(ObjectNode timings, String name, int tokens, int timed, long nanos) {
        timings.put(name + "_n", tokens);
        timings.put(name + "_ms", nanos / 1e6);
        timings.put(name + "_per_token_ms", timed <= 0 ? 0 : nanos / 1e6 / timed);
        timings.put(name + "_per_second", timed <= 0 || nanos == 0 ? 0 : timed * 1e9 / nanos);
    }

    /** The {@code prompt_progress} of a chunk. */
    static ObjectNode of(PromptProgress progress) {
        return JsonTree.object()
                .put("total", progress.total())
                .put("cache", progress.cached())
                .put("processed", progress.processed())
                .put("time_ms", progress.nanos() / 1_000_000);
    }
}
