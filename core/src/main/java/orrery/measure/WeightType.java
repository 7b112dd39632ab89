package orrery.measure;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import orrery.catalog.Nearest;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;

/**
 * The type of a model's weights, except vectors and routers, which are F32 as in GGUF files. If a row is not a whole
 * number of blocks, another dtype is used ({@link DType#fitting}). The mixes are those of {@code llama-quant.cpp} of
 * github.com/ggml-org/llama.cpp.
 */
public enum WeightType {
    F32(DType.F32),
    F16(DType.F16),
    BF16(DType.BF16),
    Q8_0(DType.Q8_0),
    Q4_0(DType.Q4_0),
    Q4_1(DType.Q4_1),
    Q5_0(DType.Q5_0),
    Q5_1(DType.Q5_1),
    Q4_K(DType.Q4_K),
    Q5_K(DType.Q5_K),
    Q6_K(DType.Q6_K),
    IQ4_NL(DType.IQ4_NL),
    MXFP4(DType.MXFP4),
    Q1_0(DType.Q1_0),
    Q2_0(DType.Q2_0),
    Q2_K(DType.Q2_K),
    Q3_K(DType.Q3_K),
    IQ1_S(DType.IQ1_S),
    IQ1_M(DType.IQ1_M),
    IQ2_XXS(DType.IQ2_XXS),
    IQ2_XS(DType.IQ2_XS),
    IQ2_S(DType.IQ2_S),
    IQ3_XXS(DType.IQ3_XXS),
    IQ3_S(DType.IQ3_S),
    IQ4_XS(DType.IQ4_XS),
    TQ1_0(DType.TQ1_0),
    TQ2_0(DType.TQ2_0),
    NVFP4(DType.NVFP4),
    /**
     * The layers' matrices in E4M3 with a factor per block of 128 by 128, embedding and head in BF16: DeepSeek V3's own
     * files.
     */
    FP8(DType.F8_E4M3),
    /** Q4_K, but Q6_K for the head, and for the value and down projections of half of the layers. */
    Q4_K_M(DType.Q4_K),
    /** Q5_K with the same exceptions. */
    Q5_K_M(DType.Q5_K);

    private static final List<String> ROUTERS = List.of("mlp.router.weight", "altup.router.weight");
    private static final List<String> SENSITIVE =
            List.of("attention.v.weight", "mlp.down.weight", "mlp.experts.down.weight", "mlp.shared.down.weight");
    private static final String LAYERS = "layers.";

    private final DType dtype;

    WeightType(DType dtype) {
        this.dtype = dtype;
    }

    /** Its name in options: {@code q4_k}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The type with that name, ignoring case.
     *
     * @throws MeasureException if there is none
     */
    public static WeightType named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(type -> type.label().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new MeasureException("type is \"" + name + "\", expected one of " + labels()
                        + "; the nearest known is " + nearest(wanted)));
    }

    /** All names, for messages. */
    public static String labels() {
        return Arrays.stream(values()).map(WeightType::label).collect(Collectors.joining(", "));
    }

    private static String nearest(String name) {
        return Arrays.stream(values())
                .map(WeightType::label)
                .min(Comparator.comparingInt(label -> Nearest.distance(name, label)))
                .orElseThrow();
    }

    /** The dtype of each weight of a model, by its path. */
    public BiFunction<String, WeightSpec, DType> of(ArchitectureSpec spec) {
        int layers = spec.layers().size();
        boolean tied = spec.head().tied();
        return (path, weight) ->
                wanted(path, weight, layers, tied).fitting(weight.dimensions().getLast());
    }

    /** The same if every row were a whole number of blocks. */
    BiFunction<String, WeightSpec, DType> wanted(ArchitectureSpec spec) {
        int layers = spec.layers().size();
        boolean tied = spec.head().tied();
        return (path, weight) -> wanted(path, weight, layers, tied);
    }

    private DType wanted(String path, WeightSpec weight, int layers, boolean tied) {
        if (weight.dimensions().size() == 1 || ROUTERS.stream().anyMatch(path::endsWith)) {
            return DType.F32;
        }
        return switch (this) {
            case FP8 -> path.startsWith(LAYERS) ? dtype : DType.BF16;
            case Q4_K_M, Q5_K_M -> {
                boolean head = path.equals(tied ? "embedding.tokens" : "head.weight");
                yield head || takesMoreBits(path, layers) ? DType.Q6_K : dtype;
            }
            default -> dtype;
        };
    }

    /**
     * Value and down projections of the first and the last eighth of the layers, and of every third one between them.
     */
    private static boolean takesMoreBits(String path, int layers) {
        if (!path.startsWith(LAYERS) || SENSITIVE.stream().noneMatch(path::endsWith)) {
            return false;
        }
        int layer = Integer.parseInt(path.substring(LAYERS.length(), path.indexOf('.', LAYERS.length())));
        return layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
    }
}
