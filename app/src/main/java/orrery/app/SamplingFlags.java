package orrery.app;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.Front;
import orrery.engine.EngineException;
import orrery.engine.Request;
import orrery.engine.Sampling;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sampling options; the model's generation_config.json supplies those that are not given. */
final class SamplingFlags {
    @Option(
            names = {"-t", "--temperature"},
            paramLabel = "X",
            description = "0 always takes the most probable token (greedy); 1 is the model's own distribution")
    private @Nullable Double temperature;

    @Option(names = "--top-k", paramLabel = "N", description = "sample from the N most probable tokens; 0 for all")
    private @Nullable Integer topK;

    @Option(
            names = "--top-p",
            paramLabel = "X",
            description = "sample from the most probable tokens that together have this probability")
    private @Nullable Double topP;

    @Option(
            names = "--min-p",
            paramLabel = "X",
            description = "sample from tokens at least X times as probable as the most probable one")
    private @Nullable Double minP;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "X",
            description = "above 1 makes tokens that occurred before less likely")
    private @Nullable Double repetitionPenalty;

    @Option(
            names = "--presence-penalty",
            paramLabel = "X",
            description = "-2 to 2, subtracted from the logits of tokens already in the answer")
    private @Nullable Double presencePenalty;

    @Option(
            names = "--frequency-penalty",
            paramLabel = "X",
            description = "-2 to 2, subtracted once for each time a token is already in the answer")
    private @Nullable Double frequencyPenalty;

    @Option(names = "--seed", paramLabel = "N", description = "the same seed gives the same answer")
    private @Nullable Long seed;

    @Option(names = "--stop", paramLabel = "TEXT", description = "stop before this text; may be repeated")
    private List<String> stop = List.of();

    @Option(
            names = "--logit-bias",
            paramLabel = "ID=X",
            description = "add X, -100 to 100, to the logit of a token; may be repeated")
    private Map<Integer, Double> logitBias = new LinkedHashMap<>();

    @Option(
            names = {"-n", "--max-tokens"},
            paramLabel = "N",
            description = "maximum tokens of the answer (default: as many as the context holds)")
    private @Nullable Integer maxTokens;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    /**
     * Applies the options to a request.
     *
     * @throws ParameterException for a value out of its range
     */
    Request applyTo(Request request) {
        try {
            var changed = request.withSampling(sampling(request.sampling())).withStop(stop);
            if (maxTokens == null) {
                return changed;
            }
            if (maxTokens <= 0) {
                throw new EngineException("max_tokens is " + maxTokens + ", expected 1 or more");
            }
            return changed.withMaxTokens(maxTokens);
        } catch (EngineException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Sampling sampling(Sampling base) {
        var sampling = base;
        sampling = temperature == null ? sampling : sampling.withTemperature(temperature);
        sampling = topK == null ? sampling : sampling.withTopK(topK);
        sampling = topP == null ? sampling : sampling.withTopP(topP);
        sampling = minP == null ? sampling : sampling.withMinP(minP);
        sampling = repetitionPenalty == null ? sampling : sampling.withRepetitionPenalty(repetitionPenalty);
        sampling = presencePenalty == null ? sampling : sampling.withPresencePenalty(presencePenalty);
        sampling = frequencyPenalty == null ? sampling : sampling.withFrequencyPenalty(frequencyPenalty);
        sampling = seed == null ? sampling : sampling.withSeed(seed);
        return logitBias.isEmpty() ? sampling : sampling.withLogitBias(logitBias);
    }

    /** Warns about options that have no effect. */
    void warnOfWhatHasNoEffect(Request request, Front front) {
        if (request.sampling().greedy() && (topK != null || topP != null || minP != null)) {
            front.warn("--top-k, --top-p and --min-p have no effect at temperature 0; set --temperature 1");
        }
    }
}
