package orrery.kernel.jit;

/** A mask register of AVX-512, one bit per lane. As the mask of an operation, {@link #K0} means none: all lanes. */
enum Opmask implements Operand.Register {
    K0,
    K1,
    K2,
    K3,
    K4,
    K5,
    K6,
    K7;

    @Override
    public int number() {
        return ordinal();
    }
}
