package orrery.kernel.jit;

/**
 * An assembler for x86-64: what kernels for products, attention and probes need. Its methods are Intel's mnemonics, in
 * Intel's order of operands:
 *
 * <pre>{@code
 * var code = new Assembler(VectorEncoding.EVEX);
 * var loop = new Label();
 * code.place(loop);
 * code.vpdpbusd(zmm(0), zmm(1), at(RSI, 4).each());
 * code.vmovups(zmm(2).zeroed(K1), at(RDI));
 * code.sub(RCX, 1);
 * code.jnz(loop);
 * code.ret();
 * byte[] bytes = code.finish();
 * }</pre>
 *
 * <p>Whether vector instructions get VEX or EVEX is chosen once, at construction; those that exist in EVEX alone are
 * refused by the other, while those that exist in VEX alone are written by both. An operand that an encoding cannot
 * name is an {@link IllegalArgumentException}, an error of the generator. One thread writes.
 */
final class Assembler extends InstructionEncoder
        implements GeneralInstructions,
                MoveInstructions,
                FloatInstructions,
                IntegerInstructions,
                LaneInstructions,
                MaskInstructions {

    Assembler(VectorEncoding encoding) {
        super(encoding);
    }

    /** Bytes so far. */
    int size() {
        return code().size();
    }

    /** Puts a label here. */
    void place(Label label) {
        label.placeAt(size());
    }

    /** Fills up with no-operations to a multiple of {@code alignment} bytes, a power of two. */
    void align(int alignment) {
        code().align(alignment);
    }

    /** A constant of one byte, which belongs behind the last instruction. */
    void int8(int value) {
        code().int8(value);
    }

    /** A constant of four bytes, which belongs behind the last instruction. */
    void int32(int value) {
        code().int32(value);
    }

    /** The same as a float. */
    void float32(float value) {
        code().int32(Float.floatToRawIntBits(value));
    }

    /**
     * The code.
     *
     * @throws IllegalStateException if a label is used and was never placed
     */
    byte[] finish() {
        return code().finish();
    }
}
