package orrery.kernel.jit;

/**
 * An assembler for x86-64, with the instructions that kernels for products, attention and probes need. Its methods are
 * Intel's mnemonics, with operands in Intel's order:
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
 * <p>The constructor selects VEX or EVEX for vector instructions. Instructions that exist only in EVEX are refused with
 * VEX; those that exist only in VEX are written in either case. An operand that an encoding cannot express is an
 * {@link IllegalArgumentException}, an error of the generator. For one thread.
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

    /** Places a label here. */
    void place(Label label) {
        label.placeAt(size());
    }

    /** Pads with no-operations to a multiple of {@code alignment} bytes, a power of two. */
    void align(int alignment) {
        code().align(alignment);
    }

    /** A one-byte constant, to be placed after the last instruction. */
    void int8(int value) {
        code().int8(value);
    }

    /** A four-byte constant, to be placed after the last instruction. */
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
     * @throws IllegalStateException if a label is used but was never placed
     */
    byte[] finish() {
        return code().finish();
    }
}
