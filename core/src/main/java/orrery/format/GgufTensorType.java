package orrery.format;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import orrery.tensor.DType;

/**
 * A tensor type of GGUF files. Source: {@code enum ggml_type} of github.com/ggml-org/ggml, {@code ggml.h}, and the
 * blocks of {@code ggml-common.h}.
 *
 * @param name ggml's name
 * @param blockElements elements per block
 * @param blockBytes bytes per block
 * @param dtype the corresponding dtype; empty if it is not supported
 */
record GgufTensorType(String name, int blockElements, int blockBytes, Optional<DType> dtype) {
    /** The supported types by number. */
    private static final Map<Integer, DType> KNOWN = new TreeMap<>(Map.ofEntries(
            Map.entry(0, DType.F32),
            Map.entry(1, DType.F16),
            Map.entry(2, DType.Q4_0),
            Map.entry(3, DType.Q4_1),
            Map.entry(6, DType.Q5_0),
            Map.entry(7, DType.Q5_1),
            Map.entry(8, DType.Q8_0),
            Map.entry(10, DType.Q2_K),
            Map.entry(11, DType.Q3_K),
            Map.entry(12, DType.Q4_K),
            Map.entry(13, DType.Q5_K),
            Map.entry(14, DType.Q6_K),
            Map.entry(16, DType.IQ2_XXS),
            Map.entry(17, DType.IQ2_XS),
            Map.entry(18, DType.IQ3_XXS),
            Map.entry(19, DType.IQ1_S),
            Map.entry(20, DType.IQ4_NL),
            Map.entry(21, DType.IQ3_S),
            Map.entry(22, DType.IQ2_S),
            Map.entry(23, DType.IQ4_XS),
            Map.entry(24, DType.I8),
            Map.entry(25, DType.I16),
            Map.entry(26, DType.I32),
            Map.entry(27, DType.I64),
            Map.entry(28, DType.F64),
            Map.entry(29, DType.IQ1_M),
            Map.entry(30, DType.BF16),
            Map.entry(34, DType.TQ1_0),
            Map.entry(35, DType.TQ2_0),
            Map.entry(39, DType.MXFP4),
            Map.entry(40, DType.NVFP4),
            Map.entry(41, DType.Q1_0),
            Map.entry(42, DType.Q2_0)));

    /** Unsupported types of known size, by number. */
    private static final Map<Integer, GgufTensorType> FOREIGN =
            Map.ofEntries(foreign(9, "Q8_1", 32, 36), foreign(15, "Q8_K", 256, 292));

    /** Types that ggml has removed, with their replacements. */
    private static final Map<Integer, Gone> GONE = Map.of(
            4, new Gone("Q4_2", DType.Q4_0),
            5, new Gone("Q4_3", DType.Q4_1),
            31, new Gone("Q4_0_4_4", DType.Q4_0),
            32, new Gone("Q4_0_4_8", DType.Q4_0),
            33, new Gone("Q4_0_8_8", DType.Q4_0),
            36, new Gone("IQ4_NL_4_4", DType.IQ4_NL),
            37, new Gone("IQ4_NL_4_8", DType.IQ4_NL),
            38, new Gone("IQ4_NL_8_8", DType.IQ4_NL));

    private record Gone(String name, DType successor) {}

    private static Map.Entry<Integer, GgufTensorType> foreign(
            int number, String name, int blockElements, int blockBytes) {
        return Map.entry(number, new GgufTensorType(name, blockElements, blockBytes, Optional.empty()));
    }

    /** The type with a number; empty if its size is unknown. */
    static Optional<GgufTensorType> of(int number) {
        return Optional.ofNullable(KNOWN.get(number))
                .map(dtype ->
                        new GgufTensorType(dtype.name(), dtype.blockElements(), dtype.blockBytes(), Optional.of(dtype)))
                .or(() -> Optional.ofNullable(FOREIGN.get(number)));
    }

    /**
     * Bytes of {@code elements}, a whole number of blocks.
     *
     * @throws ArithmeticException if it exceeds a {@code long}
     */
    long bytes(long elements) {
        return Math.multiplyExact(elements / blockElements, blockBytes);
    }

    /** The number of a dtype; empty if GGUF does not have it. */
    static Optional<Integer> numberOf(DType dtype) {
        return KNOWN.entrySet().stream()
                .filter(entry -> entry.getValue() == dtype)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * Why a type number is not supported, in words that follow a tensor's name: what it is, what was expected, what to
     * do.
     */
    static String refusal(int number) {
        var gone = GONE.get(number);
        if (gone != null) {
            return " is stored as " + gone.name + ", which ggml has removed, expected one of " + known()
                    + "; use the same model in " + gone.successor;
        }
        return " is of the unknown type " + Integer.toUnsignedString(number) + ", expected one of " + known()
                + "; the type may be newer than this program: use the same model in one of these";
    }

    /** The names of all supported types. */
    static String known() {
        return Arrays.stream(DType.values())
                .filter(KNOWN::containsValue)
                .map(DType::name)
                .collect(Collectors.joining(", "));
    }
}
