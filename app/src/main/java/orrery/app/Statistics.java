package orrery.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import orrery.engine.FinishReason;
import orrery.engine.Usage;
import orrery.report.Numbers;

/** The cost of an answer, in words. */
final class Statistics {
    private Statistics() {}

    /** One line on speed, one on memory. */
    static List<String> lines(Answer answer, ResidentMemory memory) {
        return List.of(speed(answer.usage(), answer.reason()), memory(memory));
    }

    private static String speed(Usage usage, FinishReason reason) {
        var parts = new ArrayList<String>();
        String cached = usage.cachedPromptTokens() > 0 ? " (" + usage.cachedPromptTokens() + " cached)" : "";
        parts.add("prompt " + Numbers.count(usage.promptTokens(), "token") + cached
                + took(usage.prefillNanos(), usage.prefillTokensPerSecond()));
        parts.add("answer " + Numbers.count(usage.generatedTokens(), "token")
                + took(usage.decodeNanos(), usage.decodeTokensPerSecond()));
        if (usage.draftedTokens() > 0) {
            parts.add(String.format(
                    Locale.ROOT,
                    "%s of %s draft tokens accepted (%.0f %%)",
                    Numbers.exact(usage.acceptedTokens()),
                    Numbers.exact(usage.draftedTokens()),
                    100 * usage.acceptanceRate()));
        }
        switch (reason) {
            case STOP -> {}
            case LENGTH -> parts.add("cut off by the token limit");
            case TIME -> parts.add("cut off by the time limit");
            case CANCELLED -> parts.add("stopped");
            case FAILED -> parts.add("failed");
        }
        return String.join(" · ", parts);
    }

    private static String took(long nanos, double rate) {
        return " in " + seconds(nanos) + (rate > 0 ? ", " + Numbers.exact(Math.round(rate)) + "/s" : "");
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, nanos < 10_000_000_000L ? "%.2f s" : "%.1f s", nanos / 1e9);
    }

    static String memory(ResidentMemory memory) {
        var parts = new ArrayList<String>();
        memory.resident().ifPresent(bytes -> parts.add(Numbers.bytes(bytes) + " resident"));
        parts.add("weights " + Numbers.bytes(memory.weights()));
        parts.add("KV cache " + Numbers.bytes(memory.cache()));
        if (memory.experts() > 0) {
            parts.add("copies of experts " + Numbers.bytes(memory.experts()));
        }
        return "memory " + String.join(", ", parts);
    }
}
