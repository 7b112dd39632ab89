package orrery.atlas;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orrery.curve.Contexts;
import orrery.curve.Machine;
import orrery.curve.Machines;
import orrery.curve.Quantity;
import orrery.kernel.KvCache;
import orrery.measure.WeightType;
import orrery.report.TokenCost;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.KvType;

/**
 * What a page needs to draw a model's curves for any machine, batch and type without knowing a formula of architecture:
 * numbers of one sequence at each context, for each type of cache, which only have to be multiplied with the batch.
 * What does not grow in proportion, the weights that a step of some tokens reads, is there for each batch and each
 * type.
 */
final class CurveData {
    /** Sequences that are decoded together. */
    static final List<Integer> BATCHES =
            IntStream.rangeClosed(0, 8).map(power -> 1 << power).boxed().toList();

    /** In what weights may be kept. */
    static final List<WeightType> WEIGHTS =
            List.of(WeightType.BF16, WeightType.FP8, WeightType.Q8_0, WeightType.Q4_K_M);

    /** In what keys and values may be kept. */
    static final List<KvType> CACHES = List.of(KvType.BF16, KvType.Q8, KvType.F32);

    private static final long LEAST = 256;

    private CurveData() {}

    /** What may be chosen, the same for all models. */
    static Map<String, Object> choices() {
        var data = new LinkedHashMap<String, Object>();
        data.put("batches", BATCHES);
        data.put("weights", WEIGHTS.stream().map(WeightType::label).toList());
        data.put("caches", CACHES.stream().map(KvType::label).toList());
        data.put(
                "quantities",
                Stream.of(Quantity.values())
                        .map(one -> Map.of(
                                "name", one.label(),
                                "title", one.title(),
                                "against", one.against(),
                                "ofMachine", one.ofMachine()))
                        .toList());
        data.put("machines", Machines.all().stream().map(CurveData::machine).toList());
        return data;
    }

    private static Map<String, Object> machine(Machine machine) {
        var data = new LinkedHashMap<String, Object>();
        data.put("name", machine.name());
        data.put("title", machine.title());
        data.put("bandwidth", machine.bandwidth());
        machine.flops().ifPresent(flops -> data.put("flops", flops));
        data.put("memory", machine.memory());
        data.put("source", machine.source());
        return data;
    }

    /** Of one model; the lists run along {@code contexts}. */
    static Map<String, Object> of(ArchitectureSpec spec) {
        if (spec.stateElements() > 0) {
            throw new IllegalArgumentException(
                    spec.name() + " keeps states, for which the atlas's curves have no place yet");
        }
        long most = spec.maxPositions();
        var contexts = Contexts.of(spec, Math.min(LEAST, most), most);
        var held = new LinkedHashMap<String, Object>();
        var read = new LinkedHashMap<String, Object>();
        for (var type : CACHES) {
            var cost = TokenCost.of(spec, WeightType.BF16.of(spec), type);
            held.put(
                    type.label(),
                    contexts.stream()
                            .map(context -> KvCache.bytesHeld(spec.caches(), type, context))
                            .toList());
            read.put(
                    type.label(),
                    contexts.stream()
                            .map(context -> cost.cacheBytes(Math.toIntExact(context) - 1))
                            .toList());
        }
        // Operations are the same in all types.
        var plain = TokenCost.of(spec, WeightType.BF16.of(spec), KvType.F32);
        var tokenFlops = new ArrayList<Object>();
        var promptFlops = new ArrayList<Object>();
        for (long context : contexts) {
            int tokens = Math.toIntExact(context);
            tokenFlops.add(plain.decodeFlops(tokens - 1, 1));
            promptFlops.add(plain.prefillFlops(tokens));
        }
        var data = new LinkedHashMap<String, Object>();
        data.put("contexts", contexts);
        data.put("held", held);
        data.put("read", read);
        data.put("tokenFlops", tokenFlops);
        data.put("promptFlops", promptFlops);
        var weights = new LinkedHashMap<String, Object>();
        for (var type : WEIGHTS) {
            var cost = TokenCost.of(spec, type.of(spec), KvType.F32);
            weights.put(
                    type.label(),
                    Map.of(
                            "stored", cost.storedBytes(),
                            "step",
                                    BATCHES.stream()
                                            .map(batch -> cost.weightBytes(batch, batch))
                                            .toList(),
                            "prompt",
                                    contexts.stream()
                                            .map(Math::toIntExact)
                                            .map(tokens -> cost.prefillBytes(tokens, tokens))
                                            .toList()));
        }
        data.put("weights", weights);
        return data;
    }
}
