package orrery.format;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import orrery.tensor.DType;

/** The numbers under which GGUF files keep the types of tensors. Source: {@code enum ggml_type} of github.com/ggml-org/ggml, {@code ggml.h}. */
final class GgufTensorType {
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

    /** Names of all others, so that a refusal says what a file uses. */
    private static final Map<Integer, String> OTHERS = Map.ofEntries(
            Map.entry(4, "Q4_2"),
            Map.entry(5, "Q4_3"),
            Map.entry(9, "Q8_1"),
            Map.entry(10, "Q2_K"),
            Map.entry(11, "Q3_K"),
            Map.entry(15, "Q8_K"),
            Map.entry(16, "IQ2_XXS"),
            Map.entry(17, "IQ2_XS"),
            Map.entry(18, "IQ3_XXS"),
            Map.entry(19, "IQ1_S"),
            Map.entry(21, "IQ3_S"),
            Map.entry(22, "IQ2_S"),
            Map.entry(23, "IQ4_XS"),
            Map.entry(29, "IQ1_M"),
            Map.entry(31, "Q4_0_4_4"),
            Map.entry(32, "Q4_0_4_8"),
            Map.entry(33, "Q4_0_8_8"),
            Map.entry(34, "TQ1_0"),
            Map.entry(35, "TQ2_0"),
            Map.entry(36, "IQ4_NL_4_4"),
            Map.entry(37, "IQ4_NL_4_8"),
            Map.entry(38, "IQ4_NL_8_8"));

    private GgufTensorType() {}

    /** The dtype of a number; empty for what is not read. */
    static Optional<DType> of(int number) {
        return Optional.ofNullable(KNOWN.get(number));
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
        String name = OTHERS.get(number);
        return name == null ? "of the unknown type " + Integer.toUnsignedString(number) : "stored as " + name;
    }

    /** The names of all that are read. */
    static String known() {
        return Arrays.stream(DType.values())
                .filter(KNOWN::containsValue)
                .map(DType::name)
                .collect(joining(", "));
    }
}
