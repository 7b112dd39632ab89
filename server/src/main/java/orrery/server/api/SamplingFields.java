package orrery.server.api;

import java.util.List;
import java.util.TreeMap;
import orrery.engine.Engine;
import orrery.engine.EngineException;
import orrery.engine.Request;
import orrery.engine.Sampling;
import orrery.server.http.ApiException;

/** Sampling and stop fields by OpenAI's names; the model's generation config supplies those that are absent. */
final class SamplingFields {
    private static final int STOPS = 16;
    private static final int ANSWERS = 16;

    private SamplingFields() {}

    /** A request to continue a prompt, sampled as the body says. */
    static Request request(Body body, int[] prompt, Engine engine) {
        return Request.of(prompt)
                .withSampling(sampling(body, engine))
                .withStop(stops("stop", body))
                .withIgnoreStopIds(body.flag("ignore_eos", false));
    }

    private static Sampling sampling(Body body, Engine engine) {
        var sampling = engine.generation().sampling();
        var temperature = body.number("temperature", 0, 100);
        if (temperature.isPresent()) {
            sampling = sampling.withTemperature(temperature.getAsDouble());
        }
        var topP = body.number("top_p", 0, 1);
        if (topP.isPresent()) {
            // OpenAI's clients may send 0, which leaves only the most likely token.
            sampling = topP.getAsDouble() == 0 ? sampling.withTopK(1) : sampling.withTopP(topP.getAsDouble());
        }
        var topK = body.integer("top_k", -1, Integer.MAX_VALUE);
        if (topK.isPresent()) {
            sampling = sampling.withTopK(topK.getAsInt());
        }
        var minP = body.number("min_p", 0, 1);
        if (minP.isPresent()) {
            sampling = sampling.withMinP(minP.getAsDouble());
        }
        var repetition = body.number("repetition_penalty", 0, 100);
        if (repetition.isPresent()) {
            try {
                sampling = sampling.withRepetitionPenalty(repetition.getAsDouble());
            } catch (EngineException e) {
                throw ApiException.invalid("repetition_penalty", String.valueOf(e.getMessage()));
            }
        }
        var presence = body.number("presence_penalty", -2, 2);
        if (presence.isPresent()) {
            sampling = sampling.withPresencePenalty(presence.getAsDouble());
        }
        var frequency = body.number("frequency_penalty", -2, 2);
        if (frequency.isPresent()) {
            sampling = sampling.withFrequencyPenalty(frequency.getAsDouble());
        }
        var seed = body.whole("seed");
        if (seed.isPresent()) {
            sampling = sampling.withSeed(seed.getAsLong());
        }
        return withBias(sampling, body, engine.description().spec().vocabSize());
    }

    private static Sampling withBias(Sampling sampling, Body body, int vocabSize) {
        var bias = body.object("logit_bias");
        if (bias.isEmpty()) {
            return sampling;
        }
        var biases = new TreeMap<Integer, Double>();
        bias.get().properties().forEach(entry -> {
            if (!entry.getKey().matches("\\d{1,9}") || !entry.getValue().isNumber()) {
                throw ApiException.invalid(
                        "logit_bias",
                        "logit_bias has '" + Shown.text(entry.getKey()) + "', expected token ids with numbers");
            }
            if (Integer.parseInt(entry.getKey()) >= vocabSize) {
                throw ApiException.invalid(
                        "logit_bias",
                        "logit_bias names the token id " + entry.getKey() + ", expected 0 to " + (vocabSize - 1));
            }
            biases.put(Integer.valueOf(entry.getKey()), entry.getValue().doubleValue());
        });
        try {
            return sampling.withLogitBias(biases);
        } catch (EngineException e) {
            throw ApiException.invalid("logit_bias", String.valueOf(e.getMessage()));
        }
    }

    /** The stop strings. */
    static List<String> stops(String name, Body body) {
        var stops = body.texts(name);
        if (stops.size() > STOPS) {
            throw ApiException.invalid(name, name + " has " + stops.size() + " texts, expected at most " + STOPS);
        }
        return stops.stream().filter(stop -> !stop.isEmpty()).toList();
    }

    /** The number of answers requested. */
    static int answers(Body body) {
        return body.integer("n", 1, ANSWERS).orElse(1);
    }
}
