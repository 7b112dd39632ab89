package orrery.measure;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import orrery.catalog.Nearest;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;

/**
 * What the weights of a model are stored in, all but vectors and routers, which are F32 as GGUF files have them. Where the elements of a row are no whole number of blocks, another dtype takes the
 * place: of the blocks of 32 that are about as precise, and F16 where those do not fit either (as {@code llama_tensor_get_type_fallback} of github.com/ggml-org/llama.cpp).
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
    /** The layers' matrices in E4M3 with a factor for each block of 128 by 128, embedding and head in BF16: DeepSeek V3's own files. */
    FP8(DType.F8_E4M3);

    private static final Set<String> ROUTERS = Set.of("mlp.router.weight", "altup.router.weight");

    private final DType dtype;

    WeightType(DType dtype) {
        this.dtype = dtype;
    }

    /** As a user writes it: {@code q4_k}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The type of that name, whatever the case.
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

    /** All of them, as a user writes them. */
    public static String labels() {
        return Arrays.stream(values()).map(WeightType::label).collect(Collectors.joining(", "));
    }

    private static String nearest(String name) {
        return Arrays.stream(values())
                .map(WeightType::label)
                .min(Comparator.comparingInt(label -> Nearest.distance(name, label)))
                .orElseThrow();
    }

    /** What a weight is stored in, by its path in the spec. */
    public DType of(String path, WeightSpec weight) {
        boolean layers = path.startsWith("layers.");
        if (weight.dimensions().size() == 1 || isRouter(path)) {
            return DType.F32;
        }
        if (this == FP8) {
            return layers ? DType.F8_E4M3 : DType.BF16;
        }
        return fitting(dtype, weight.dimensions().getLast());
    }

    /** Whether a weight has another dtype than this type's own because its rows are no whole number of blocks. */
    boolean fallsBack(String path, WeightSpec weight) {
        return dtype.blocked()
                && weight.dimensions().size() > 1
                && !isRouter(path)
                && weight.dimensions().getLast() % dtype.blockElements() != 0;
    }

    private static boolean isRouter(String path) {
        return ROUTERS.stream().anyMatch(path::endsWith);
    }

    private static DType fitting(DType wanted, int columns) {
        if (columns % wanted.blockElements() == 0) {
            return wanted;
        }
        var other = switch (wanted) {
            case Q4_K -> DType.Q5_0;
            case Q5_K -> DType.Q5_1;
            case Q6_K -> DType.Q8_0;
            case Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, IQ4_NL, MXFP4 -> DType.F16;
            case F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U8, BOOL -> wanted;
        };
        return fitting(other, columns);
    }
}
