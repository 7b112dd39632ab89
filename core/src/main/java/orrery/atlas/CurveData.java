package orrery.atlas;

import static orrery.report.DataMap.map;

import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
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
        return map(
                "batches", BATCHES,
                "weights", WEIGHTS.stream().map(WeightType::label).toList(),
                "caches", CACHES.stream().map(KvType::label).toList(),
                "quantities",
                        Stream.of(Quantity.values()).map(CurveData::quantity).toList(),
                "machines", Machines.all().stream().map(CurveData::machine).toList());
    }

    private static Map<String, Object> quantity(Quantity one) {
        return map("name", one.label(), "title", one.title(), "against", one.against(), "ofMachine", one.ofMachine());
    }

    private static Map<String, Object> machine(Machine machine) {
        var data = map("name", machine.name(), "title", machine.title(), "bandwidth", machine.bandwidth());
        machine.flops().ifPresent(flops -> data.put("flops", flops));
        data.putAll(map("memory", machine.memory(), "source", machine.source()));
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
        var held = map();
        var read = map();
        for (var type : CACHES) {
            var cost = TokenCost.of(spec, WeightType.BF16.of(spec), type);
            held.put(type.label(), each(contexts, context -> KvCache.bytesHeld(spec.caches(), type, context)));
            read.put(type.label(), each(contexts, context -> cost.cacheBytes(context - 1)));
        }
        // Operations are the same in all types.
        var plain = TokenCost.of(spec, WeightType.BF16.of(spec), KvType.F32);
        var weights = map();
        for (var type : WEIGHTS) {
            var cost = TokenCost.of(spec, type.of(spec), KvType.F32);
            var step = BATCHES.stream()
                    .map(batch -> cost.weightBytes(batch, batch))
                    .toList();
            var prompt = each(contexts, tokens -> cost.prefillBytes(tokens, tokens));
            weights.put(type.label(), map("stored", cost.storedBytes(), "step", step, "prompt", prompt));
        }
        return map(
                "contexts", contexts,
                "held", held,
                "read", read,
                "tokenFlops", each(contexts, tokens -> plain.decodeFlops(tokens - 1, 1)),
                "promptFlops", each(contexts, plain::prefillFlops),
                "weights", weights);
    }

    private static List<?> each(List<Long> contexts, IntFunction<?> number) {
        return contexts.stream().map(Math::toIntExact).map(number::apply).toList();
    }
}
