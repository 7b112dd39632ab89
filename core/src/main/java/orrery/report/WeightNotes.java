package orrery.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import orrery.catalog.GgufTypes;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;

/** What a table of weights by type needs beside its numbers: which weights of a model are not of the row's type. */
final class WeightNotes {
    private final ArchitectureSpec spec;
    private final GgufTypes types;
    private final Map<String, WeightSpec> weights = new LinkedHashMap<>();

    private WeightNotes(ArchitectureSpec spec, GgufTypes types) {
        this.spec = spec;
        this.types = types;
        spec.weights().forEach((path, weight) -> {
            if (weight.use() != WeightSpec.Use.UNUSED) {
                weights.put(path, weight);
            }
        });
    }

    static List<String> of(ArchitectureSpec spec, GgufTypes types) {
        var notes = new WeightNotes(spec, types);
        var all = new ArrayList<String>();
        all.add("f32, bf16 and fp8 as models are published; block types as orrery quantize writes them, with vectors"
                + " and routers in f32.");
        if (types.tensors().isEmpty()) {
            all.add("GGUF cannot hold this model, so quantize refuses it; block types are counted by its rules all the"
                    + " same.");
        }
        all.addAll(notes.shortRows());
        all.addAll(notes.fp8());
        return all;
    }

    /** Types whose blocks do not fit into rows, with their replacements. */
    private List<String> shortRows() {
        record Instead(DType type, int block) {}
        var meant = new LinkedHashMap<Instead, TreeSet<DType>>();
        var shares = new LinkedHashMap<Instead, Double>();
        for (var wanted : WeightTable.TYPES.stream().filter(DType::blocked).toList()) {
            var storedAs = WeightTable.storedAs(types, wanted);
            weights.entrySet().stream()
                    .map(one -> storedAs.apply(one.getKey(), one.getValue()))
                    .filter(type -> type != wanted && type != DType.F32)
                    .distinct()
                    .forEach(type -> {
                        // A row length that is not divisible by 256 can still be divisible by 32.
                        var instead =
                                new Instead(type, type.blocked() ? wanted.blockElements() : DType.Q8_0.blockElements());
                        meant.computeIfAbsent(instead, _ -> new TreeSet<>()).add(wanted);
                        shares.put(instead, share(path -> storedAs.apply(path, weight(path)) == type));
                    });
        }
        var notes = new ArrayList<String>();
        meant.forEach((instead, wanted) -> notes.add("Rows that are not a multiple of " + instead.block()
                + " elements, with " + percent(shares.getOrDefault(instead, 0.0)) + " of the weights, become "
                + WeightTable.label(instead.type()) + " instead of "
                + wanted.stream().map(WeightTable::label).collect(Collectors.joining(", ")) + "."));
        return notes;
    }

    /** Where a byte for each weight is more than Q8_0 takes, with what the byte is not for. */
    private List<String> fp8() {
        if (bytes(DType.F8_E4M3) <= bytes(DType.Q8_0)) {
            return List.of();
        }
        var storedAs = WeightTable.storedAs(types, DType.F8_E4M3);
        Predicate<String> kept = path -> storedAs.apply(path, weight(path)) == DType.BF16;
        double all = share(kept);
        var parts = new LinkedHashMap<String, Double>();
        long parameters =
                weights.values().stream().mapToLong(WeightSpec::parameters).sum();
        weights.forEach((path, weight) -> {
            if (kept.test(path)) {
                parts.merge(part(path), (double) weight.parameters() / parameters, Double::sum);
            }
        });
        String most = parts.entrySet().stream()
                .filter(part -> part.getValue() > all / 10)
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(" and the "));
        return List.of("fp8 is larger than q8_0 here: " + percent(all)
                + " of the weights, nearly all of them in the " + most
                + ", stay in bf16 with fp8, as in DeepSeek's own files (arXiv:2412.19437), and not with q8_0.");
    }

    private String part(String path) {
        if (path.equals("embedding.tokens")) {
            return spec.head().tied() ? "tied embedding" : "embedding";
        }
        if (path.startsWith("embedding.per_layer")) {
            return "per-layer embeddings";
        }
        return path.startsWith("head.") ? "output head" : "rest";
    }

    private long bytes(DType type) {
        return TokenCost.of(spec, WeightTable.storedAs(types, type), orrery.tensor.KvType.BF16)
                .storedBytes();
    }

    private double share(Predicate<String> of) {
        long all = weights.values().stream().mapToLong(WeightSpec::parameters).sum();
        long some = weights.entrySet().stream()
                .filter(one -> of.test(one.getKey()))
                .mapToLong(one -> one.getValue().parameters())
                .sum();
        return (double) some / all;
    }

    private WeightSpec weight(String path) {
        return java.util.Objects.requireNonNull(weights.get(path));
    }

    private static String percent(double share) {
        return share < 0.005 ? "less than 1 %" : Math.round(100 * share) + " %";
    }
}
