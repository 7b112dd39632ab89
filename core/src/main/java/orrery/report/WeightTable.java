package orrery.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import orrery.catalog.GgufTypes;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/**
 * What a model's weights take in memory, by the type of its matrices. Weights that are never read and an MTP layer are
 * left out; a tied head counts once.
 *
 * @param rows the widest type first
 */
public record WeightTable(List<Row> rows) {
    /** Types in which models are published or run. */
    public static final List<DType> TYPES =
            List.of(DType.F32, DType.BF16, DType.F8_E4M3, DType.Q8_0, DType.Q4_K, DType.Q4_0, DType.MXFP4);

    public WeightTable {
        rows = List.copyOf(rows);
    }

    /**
     * A type.
     *
     * @param bytes of all weights
     * @param readPerToken bytes that one new token reads alone: every matrix, one row of each table, the experts that
     *     it chooses
     */
    public record Row(DType type, long bytes, double readPerToken) {
        /** What people call it. */
        public String label() {
            return WeightTable.label(type);
        }
    }

    static WeightTable of(ArchitectureSpec spec) {
        return of(costs(spec));
    }

    /** Of costs by type, in the order of {@link #TYPES}. */
    static WeightTable of(Map<DType, TokenCost> costs) {
        var rows = new ArrayList<Row>();
        costs.forEach((type, cost) -> rows.add(new Row(type, cost.storedBytes(), cost.weightBytes(1, 1))));
        return new WeightTable(rows);
    }

    /** What there is to say about the rows, in sentences. */
    static List<String> notes(ArchitectureSpec spec) {
        return notes(spec, GgufTypes.of(spec));
    }

    /** The same, where the types are known. */
    static List<String> notes(ArchitectureSpec spec, GgufTypes types) {
        return WeightNotes.of(spec, types);
    }

    /** What a step costs with weights of each of {@link #TYPES}, with a cache in bf16. */
    static Map<DType, TokenCost> costs(ArchitectureSpec spec) {
        return costs(spec, GgufTypes.of(spec));
    }

    /** The same, where the types are known. */
    static Map<DType, TokenCost> costs(ArchitectureSpec spec, GgufTypes types) {
        var weights = spec.weights();
        var costs = new LinkedHashMap<DType, TokenCost>();
        for (var type : TYPES) {
            costs.put(type, TokenCost.of(spec, weights, storedAs(types, type), KvType.BF16));
        }
        return costs;
    }

    /** In lower case; FP8 as its users write it. */
    public static String label(DType type) {
        return type == DType.F8_E4M3 ? "fp8" : type.name().toLowerCase(Locale.ROOT);
    }

    /**
     * How files of a type keep each weight. F32, F16 and BF16, as models are published: everything alike. FP8, as
     * DeepSeek gives it out (arXiv:2412.19437, section 3.3): tables, head, routers and vectors in BF16, the rest with a
     * factor for every block of 128 by 128. Types in blocks: as {@code orrery quantize} writes them.
     */
    public static BiFunction<String, WeightSpec, DType> storedAs(ArchitectureSpec spec, DType type) {
        return type.blocked() ? GgufTypes.of(spec).storedAs(type) : alike(type);
    }

    static BiFunction<String, WeightSpec, DType> storedAs(GgufTypes types, DType type) {
        return type.blocked() ? types.storedAs(type) : alike(type);
    }

    private static BiFunction<String, WeightSpec, DType> alike(DType type) {
        return (path, weight) -> type == DType.F8_E4M3 && keptByFp8(path, weight) ? DType.BF16 : type;
    }

    private static boolean keptByFp8(String path, WeightSpec weight) {
        return weight.dimensions().size() == 1
                || weight.use() == WeightSpec.Use.LOOKED_UP
                || path.startsWith("head.")
                || path.contains(".router.");
    }
}
