package orrery.server.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How much a request lets its model think. Each API has its own name for it: {@code thinking} and {@code output_config}
 * (Anthropic), {@code reasoning} (OpenAI's responses, OpenRouter), {@code reasoning_effort} (OpenAI),
 * {@code thinking_budget} (Qwen), {@code thinking_token_budget} (vLLM), {@code thinking_budget_tokens} (llama.cpp).
 */
final class Thinking {
    /** Where a number of tokens may stand beside those within an object; -1 is no bound. */
    static final List<String> BUDGETS = List.of("thinking_budget", "thinking_token_budget", "thinking_budget_tokens");

    private Thinking() {}

    /** What the chat template is told of it, and what a request gives the template itself. */
    static Map<String, Object> variables(Body body) {
        Map<String, Object> variables = new LinkedHashMap<>();
        body.text("reasoning_effort").ifPresent(effort -> effort(effort, variables));
        body.inner("reasoning").ifPresent(reasoning -> {
            reasoning.text("effort").ifPresent(effort -> effort(effort, variables));
            if (!reasoning.flag("enabled", true)) {
                think(false, variables);
            }
        });
        body.inner("output_config")
                .flatMap(output -> output.text("effort"))
                .ifPresent(effort -> effort(effort, variables));
        body.inner("thinking")
                .flatMap(thinking -> thinking.text("type"))
                .ifPresent(type -> think(!type.equals("disabled"), variables));
        budget(body).ifPresent(most -> variables.put("thinking_budget", most));
        body.object("chat_template_kwargs").ifPresent(given -> variables.putAll(JsonTree.map(given)));
        return variables;
    }

    private static void effort(String effort, Map<String, Object> variables) {
        variables.put("reasoning_effort", effort);
        if (effort.equals("none")) {
            think(false, variables);
        }
    }

    /** By the name that Qwen's and most templates have for it, and by DeepSeek's and Granite's. */
    private static void think(boolean wanted, Map<String, Object> variables) {
        variables.put("enable_thinking", wanted);
        variables.put("thinking", wanted);
    }

    /** Tokens that thoughts may have; the least where several say it, and empty where none does. */
    static OptionalInt budget(Body body) {
        var least = OptionalInt.empty();
        for (String name : BUDGETS) {
            least = smaller(least, body.integer(name, -1, Integer.MAX_VALUE));
        }
        var reasoning = body.inner("reasoning");
        if (reasoning.isPresent()) {
            least = smaller(least, reasoning.get().integer("max_tokens", -1, Integer.MAX_VALUE));
        }
        var thinking = body.inner("thinking");
        if (thinking.isPresent() && !thinking.get().text("type").orElse("").equals("disabled")) {
            least = smaller(least, thinking.get().integer("budget_tokens", 0, Integer.MAX_VALUE));
        }
        return least;
    }

    private static OptionalInt smaller(OptionalInt one, OptionalInt other) {
        if (other.isEmpty() || other.getAsInt() < 0) {
            return one;
        }
        return one.isPresent() && one.getAsInt() < other.getAsInt() ? one : other;
    }
}
