package orrery.app.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import orrery.engine.EngineOptions;
import orrery.measure.Bench;
import orrery.measure.BenchPlan;
import orrery.measure.Measured;
import orrery.measure.Quartiles;
import orrery.measure.Results;
import orrery.measure.Roofline;
import orrery.measure.Subject;
import orrery.measure.Workload;
import orrery.report.TokenCost;

/** The contents of {@link BenchTables} as data for JSON. */
public final class BenchData {
    private BenchData() {}

    /**
     * One object; {@code prefill} and {@code decode} are the first of their kind, {@code prefills} and {@code decodes}
     * are all.
     *
     * @param model identifies it
     */
    public static Map<String, Object> of(
            Map<String, Object> model,
            Subject subject,
            BenchPlan plan,
            EngineOptions options,
            Bench bench,
            Results results,
            OptionalLong resident) {
        var data = new LinkedHashMap<String, Object>();
        data.put("model", model);
        data.putAll(weights(subject, plan));
        data.put("kernels", bench.kernels());
        data.put("bf16_activations", options.bf16Activations());
        data.put("threads", options.threads());
        data.put("java", Runtime.version().toString());
        data.put("rounds", results.rounds());
        data.put("ceilings", ceilings(results));
        var all = results.workloads().stream()
                .map(one -> workload(one, subject, options.prefillRows(), results, plan))
                .toList();
        for (var one : all) {
            data.putIfAbsent(String.valueOf(one.get("kind")), one);
        }
        data.put("prefills", ofKind("prefill", all));
        data.put("decodes", ofKind("decode", all));
        var memory = new LinkedHashMap<String, Object>();
        resident.ifPresent(bytes -> memory.put("resident_bytes", bytes));
        memory.put("weight_bytes", subject.cost(plan.kvType()).storedBytes());
        memory.put("kv_type", plan.kvType().label());
        memory.put("kv_cache_bytes", results.cacheBytes());
        data.put("memory", memory);
        return data;
    }

    private static List<Map<String, Object>> ofKind(String kind, List<Map<String, Object>> all) {
        return all.stream().filter(one -> kind.equals(one.get("kind"))).toList();
    }

    private static Map<String, Object> weights(Subject subject, BenchPlan plan) {
        var cut = subject.cut();
        var data = new LinkedHashMap<String, Object>();
        data.put("storage", subject.storage());
        data.put("parameters", cut.whole().parameters());
        data.put("active_parameters", cut.whole().activeParameters());
        data.put("num_hidden_layers", cut.whole().layers().size());
        data.put("measured_layers", cut.layers());
        data.put("weight_bytes", subject.costOfWhole(plan.kvType()).storedBytes());
        data.put("weights_by_type", byType(subject.costOfWhole(plan.kvType())));
        data.put("notes", subject.notes());
        return data;
    }

    private static List<Map<String, Object>> byType(TokenCost cost) {
        var all = new ArrayList<Map<String, Object>>();
        cost.storedBytesByType().forEach((type, bytes) -> {
            var data = new LinkedHashMap<String, Object>();
            data.put("dtype", type.name().toLowerCase(Locale.ROOT));
            data.put("bytes", bytes);
            all.add(data);
        });
        return all;
    }

    private static Map<String, Object> ceilings(Results results) {
        var data = new LinkedHashMap<String, Object>();
        put(data, "bandwidth_bytes_per_second", results.bandwidth());
        put(data, "fma_flops_per_second", results.fmaPeak());
        results.bytePeak().ifPresent(peak -> put(data, "byte_operations_per_second", peak));
        return data;
    }

    private static Map<String, Object> workload(
            Measured one, Subject subject, int rows, Results results, BenchPlan plan) {
        var data = new LinkedHashMap<String, Object>();
        switch (one.workload()) {
            case Workload.Prefill(var tokens) -> {
                data.put("kind", "prefill");
                data.put("tokens", tokens);
            }
            case Workload.Decode(var context, var batch) -> {
                data.put("kind", "decode");
                data.put("context", context);
                data.put("batch", batch);
                data.put("tokens", plan.tokensPerRound() * results.rounds());
            }
        }
        put(data, "tokens_per_second", one.tokensPerSecond());
        put(data, "share_of_bandwidth", one.shareOfBandwidth());
        put(data, "share_of_fma_peak", one.shareOfFmaPeak());
        one.shareOfBytePeak().ifPresent(share -> put(data, "share_of_byte_peak", share));
        double bandwidth = results.bandwidth().median();
        double peak = results.arithmeticPeak().median();
        data.put("at_best", roofline(Roofline.of(one.workload(), subject.cost(plan.kvType()), rows, bandwidth, peak)));
        if (!subject.cut().isWhole()) {
            var whole = new LinkedHashMap<String, Object>();
            put(whole, "predicted_tokens_per_second", one.wholeTokensPerSecond());
            whole.put(
                    "at_best",
                    roofline(Roofline.of(one.workload(), subject.costOfWhole(plan.kvType()), rows, bandwidth, peak)));
            data.put("all_layers", whole);
        }
        return data;
    }

    private static Map<String, Object> roofline(Roofline line) {
        var data = new LinkedHashMap<String, Object>();
        data.put("bytes", Math.round(line.bytes()));
        data.put("flops", Math.round(line.flops()));
        data.put("tokens_per_second", line.tokensPerSecond());
        data.put("bound_by", line.boundByMemory() ? "memory" : "arithmetic");
        return data;
    }

    private static void put(Map<String, Object> data, String name, Quartiles numbers) {
        data.put(name, numbers.median());
        data.put(name + "_quartiles", List.of(numbers.lower(), numbers.upper()));
    }
}
