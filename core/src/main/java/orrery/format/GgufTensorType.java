package orrery.format;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import orrery.tensor.DType;

/**
 * A type of tensors in GGUF files. Source: {@code enum ggml_type} of github.com/ggml-org/ggml, {@code ggml.h}, and the
 * blocks of {@code ggml-common.h}.
 *
 * @param name as ggml spells it
 * @param blockElements elements that are stored together
 * @param blockBytes bytes of those
 * @param dtype what it is here; empty for what cannot be computed with
 */
record GgufTensorType(String name, int blockElements, int blockBytes, Optional<DType> dtype) {
    /** Those that can be computed with, by their numbers. */
    private static final Map<Integer, DType> KNOWN = new TreeMap<>(Map.ofEntries(
            Map.entry(0, DType.F32),
            Map.entry(1, DType.F16),
            Map.entry(2, DType.Q4_0),
            Map.entry(3, DType.Q4_1),
            Map.entry(6, DType.Q5_0),
            Map.entry(7, DType.Q5_1),
            Map.entry(8, DType.Q8_0),
            Map.entry(12, DType.Q4_K),
            Map.entry(13, DType.Q5_K),
            Map.entry(14, DType.Q6_K),
            Map.entry(20, DType.IQ4_NL),
            Map.entry(24, DType.I8),
            Map.entry(25, DType.I16),
            Map.entry(26, DType.I32),
            Map.entry(27, DType.I64),
            Map.entry(28, DType.F64),
            Map.entry(30, DType.BF16),
            Map.entry(39, DType.MXFP4)));

    /** Those of which only the size is known. */
    private static final Map<Integer, GgufTensorType> FOREIGN = Map.ofEntries(
            foreign(9, "Q8_1", 32, 36),
            foreign(10, "Q2_K", 256, 84),
            foreign(11, "Q3_K", 256, 110),
            foreign(15, "Q8_K", 256, 292),
            foreign(16, "IQ2_XXS", 256, 66),
            foreign(17, "IQ2_XS", 256, 74),
            foreign(18, "IQ3_XXS", 256, 98),
            foreign(19, "IQ1_S", 256, 50),
            foreign(21, "IQ3_S", 256, 110),
            foreign(22, "IQ2_S", 256, 82),
            foreign(23, "IQ4_XS", 256, 136),
            foreign(29, "IQ1_M", 256, 56),
            foreign(34, "TQ1_0", 256, 54),
            foreign(35, "TQ2_0", 256, 66));

    /** Names of those that ggml has given up, so that a refusal says what a file uses. */
    private static final Map<Integer, String> GONE = Map.of(
            4, "Q4_2",
            5, "Q4_3",
            31, "Q4_0_4_4",
            32, "Q4_0_4_8",
            33, "Q4_0_8_8",
            36, "IQ4_NL_4_4",
            37, "IQ4_NL_4_8",
            38, "IQ4_NL_8_8");

    private static Map.Entry<Integer, GgufTensorType> foreign(
            int number, String name, int blockElements, int blockBytes) {
        return Map.entry(number, new GgufTensorType(name, blockElements, blockBytes, Optional.empty()));
    }

    /** The type of a number; empty for one whose size is not known. */
    static Optional<GgufTensorType> of(int number) {
        return Optional.ofNullable(KNOWN.get(number))
                .map(dtype ->
                        new GgufTensorType(dtype.name(), dtype.blockElements(), dtype.blockBytes(), Optional.of(dtype)))
                .or(() -> Optional.ofNullable(FOREIGN.get(number)));
    }

    /**
     * Bytes of so many elements, a whole number of blocks.
     *
     * @throws ArithmeticException if it exceeds a {@code long}
     */
    long bytes(long elements) {
        return Math.multiplyExact(elements / blockElements, blockBytes);
    }

    /** The number of a dtype; empty for those that GGUF does not know. */
    static Optional<Integer> numberOf(DType dtype) {
        return KNOWN.entrySet().stream()
                .filter(entry -> entry.getValue() == dtype)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** What a number that is not read stands for, in words. */
    static String described(int number) {
        String name = GONE.get(number);
        return name == null ? "of the unknown type " + Integer.toUnsignedString(number) : "stored as " + name;
    }

    /** The names of all that are read. */
    static String known() {
        return Arrays.stream(DType.values())
                .filter(KNOWN::containsValue)
                .map(DType::name)
                .collect(Collectors.joining(", "));
    }
}
