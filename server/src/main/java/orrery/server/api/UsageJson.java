package orrery.server.api;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** A request's usage in OpenAI's form: the prompt counts once, however many answers it has. */
final class UsageJson {
    private UsageJson() {}

    /**
     * @param prompts tokens of all prompts
     * @param ends the ends of all answers
     */
    static ObjectNode of(int prompts, List<Generating.End> ends) {
        int completion = 0;
        int reasoning = 0;
        int cached = 0;
        for (var end : ends) {
            completion += end.usage().generatedTokens();
            reasoning += end.reasoningTokens();
            cached = Math.max(cached, end.usage().cachedPromptTokens());
        }
        var usage = JsonTree.object();
        usage.put("prompt_tokens", prompts);
        usage.put("completion_tokens", completion);
        usage.put("total_tokens", prompts + completion);
        usage.putObject("prompt_tokens_details").put("cached_tokens", cached);
        usage.putObject("completion_tokens_details").put("reasoning_tokens", reasoning);
        return usage;
    }
}
