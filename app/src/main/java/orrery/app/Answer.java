package orrery.app;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import orrery.chat.ChatAnswer;
import orrery.chat.ChatCall;
import orrery.engine.Engine;
import orrery.engine.ExpertUse;
import orrery.engine.FinishReason;
import orrery.engine.Request;
import orrery.engine.Session;
import orrery.engine.Usage;
import orrery.report.ModelData;

/**
 * The result of a request, once it has ended.
 *
 * @param said its reasoning, text and calls
 * @param tokens the ids that the model chose, including the stop id; not to be changed
 * @param experts which experts were used, if requested
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Answer(ChatAnswer said, int[] tokens, FinishReason reason, Usage usage, Optional<ExpertUse> experts) {

    /** The answer of a session that has ended. */
    static Answer of(Session session, Request request, ChatAnswer said) {
        return new Answer(
                said,
                session.tokens(),
                session.finishReason(),
                session.usage(),
                request.countExperts() ? Optional.of(session.expertUse()) : Optional.empty());
    }

    private static Map<String, Object> call(ChatCall call) {
        var data = new LinkedHashMap<String, Object>();
        data.put("id", call.id());
        data.put("name", call.name());
        data.put("arguments", call.arguments());
        data.put("complete", call.complete());
        return data;
    }

    /** As data for JSON. */
    Map<String, Object> data(Engine engine, Path path, double loadSeconds) {
        var data = new LinkedHashMap<String, Object>();
        data.put("model", ModelData.of(engine.description().spec().name(), path));
        data.put("text", said.text());
        if (!said.thought().isEmpty()) {
            data.put("thought", said.thought());
        }
        if (!said.calls().isEmpty()) {
            data.put("tool_calls", said.calls().stream().map(Answer::call).toList());
        }
        data.put("tokens", Arrays.stream(tokens).boxed().toList());
        data.put("finish_reason", reason.name().toLowerCase(Locale.ROOT));
        var counts = new LinkedHashMap<String, Object>();
        counts.put("prompt_tokens", usage.promptTokens());
        counts.put("cached_prompt_tokens", usage.cachedPromptTokens());
        counts.put("completion_tokens", usage.generatedTokens());
        counts.put("drafted_tokens", usage.draftedTokens());
        counts.put("accepted_tokens", usage.acceptedTokens());
        data.put("usage", counts);
        experts.ifPresent(use -> data.put("experts", ExpertChart.data(use)));
        var timings = new LinkedHashMap<String, Object>();
        timings.put("load_seconds", loadSeconds);
        timings.put("prefill_seconds", usage.prefillNanos() / 1e9);
        timings.put("decode_seconds", usage.decodeNanos() / 1e9);
        timings.put("prefill_tokens_per_second", usage.prefillTokensPerSecond());
        timings.put("decode_tokens_per_second", usage.decodeTokensPerSecond());
        data.put("timings", timings);
        data.put("memory", ResidentMemory.of(engine).data());
        data.put("kernels", engine.kernels());
        return data;
    }
}
