package orrery.convert;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import orrery.tensor.DType;

/**
 * The types that a user can request for a model's matrices. A plain type is used for all of them; a mix, whose name
 * ends in {@code _s} or {@code _m}, spends more bits where they help most, as the mixes of the same names in llama.cpp
 * do (github.com/ggml-org/llama.cpp, {@code tools/quantize}).
 */
public enum Quantization {
    F32(DType.F32, 0, "32-bit floats: lossless"),
    F16(DType.F16, 1, "16-bit floats"),
    BF16(DType.BF16, 32, "16-bit floats with the range of 32-bit ones: as most models are published"),
    Q8_0(DType.Q8_0, 7, "8 bits: nearly lossless"),
    Q6_K(DType.Q6_K, 18, "6 bits"),
    Q5_K_M(DType.Q5_K, 17, "5 bits, and 6 for embeddings, the head, and half of the values and down projections"),
    Q5_K_S(DType.Q5_K, 16, "5 bits, and 6 for embeddings and the head"),
    Q5_K(DType.Q5_K, 16, "5 bits"),
    Q5_1(DType.Q5_1, 9, "5 bits, in the older way"),
    Q5_0(DType.Q5_0, 8, "5 bits, in the older way without a minimum"),
    Q4_K_M(
            DType.Q4_K,
            15,
            "4 bits, and 6 for embeddings, the head, and half of the values and down projections: the usual choice"),
    Q4_K_S(DType.Q4_K, 14, "4 bits, 6 for embeddings and the head, and 5 for a few values and down projections"),
    Q4_K(DType.Q4_K, 14, "4 bits"),
    Q4_1(DType.Q4_1, 3, "4 bits, in the older way"),
    Q4_0(DType.Q4_0, 2, "4 bits, in the older way without a minimum"),
    IQ4_NL(DType.IQ4_NL, 25, "4 bits, unequally spaced"),
    MXFP4(DType.MXFP4, 38, "4-bit floats with a power of two for each 32 (OCP microscaling)");

    private final DType dtype;
    private final int fileType;
    private final String description;

    Quantization(DType dtype, int fileType, String description) {
        this.dtype = dtype;
        this.fileType = fileType;
        this.description = description;
    }

    /** The dtype of most matrices. */
    public DType dtype() {
        return dtype;
    }

    /** A short description of its bits. */
    public String description() {
        return description;
    }

    /** Its number in {@code general.file_type} (llama.cpp, {@code enum llama_ftype}). */
    int fileType() {
        return fileType;
    }

    /** Whether some matrices get more bits than most. */
    boolean mixed() {
        return switch (this) {
            case Q4_K_S, Q4_K_M, Q5_K_S, Q5_K_M -> true;
            case F32, F16, BF16, Q8_0, Q6_K, Q5_K, Q5_1, Q5_0, Q4_K, Q4_1, Q4_0, IQ4_NL, MXFP4 -> false;
        };
    }

    /** Its name in options: {@code q4_k_m}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The one with that name, ignoring case.
     *
     * @throws ConvertException if there is none
     */
    public static Quantization named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return all().stream()
                .filter(one -> one.toString().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new ConvertException("there is no type \"" + name + "\", expected one of "
                        + all().stream().map(Quantization::toString).collect(Collectors.joining(", "))));
    }

    /** All, the largest first. */
    public static List<Quantization> all() {
        return Arrays.asList(values());
    }
}
