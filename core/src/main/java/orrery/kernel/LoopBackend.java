package orrery.kernel;

import java.util.Optional;
import orrery.tensor.Matrix;

/**
 * Plain loops over arrays, for models so small that the time until the first token is what people notice. The Vector API's code makes an
 * object of every vector until C2 has compiled it, which costs seconds of a cold JVM; these loops run well in the interpreter and in C1, and
 * C2 makes vectors of them within milliseconds.
 *
 * <p>Never the {@linkplain Backend#best best}, because it copies every weight to Java's heap and computes on one thread; the engine chooses it by
 * the model.
 */
public final class LoopBackend implements Backend {
    @Override
    public String name() {
        return "loops";
    }

    @Override
    public int preference() {
        return -1;
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    /** Bytes of the copy that it makes of a matrix: halves of what is stored in halves, else floats. */
    public static long bytesOfCopy(Matrix matrix) {
        boolean halves = matrix.scales().isEmpty()
                && switch (matrix.dtype()) {
                    case F16, BF16 -> true;
                    case F64, F32, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U8, BOOL -> false;
                    case Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K, IQ4_NL, MXFP4 -> false;
                };
        return (long) matrix.rows() * matrix.columns() * (halves ? Short.BYTES : Float.BYTES);
    }

    @Override
    public Kernels open(Options options) {
        return new CheckedKernels(new LoopKernels());
    }
}
