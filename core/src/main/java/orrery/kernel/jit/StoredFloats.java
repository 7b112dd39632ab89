package orrery.kernel.jit;

import orrery.tensor.KvType;

/** Writes what makes floats of the elements of a cache. */
final class StoredFloats {
    private StoredFloats() {}

    /** A vector of floats out of as many elements, without the factor of their block. */
    static void widen(Assembler code, KvType type, Vector to, Address from) {
        switch (type) {
            case F32 -> code.vmovups(to, from);
            case F16 -> code.vcvtph2ps(to, from);
            case BF16 -> {
                code.vpmovzxwd(to, from);
                code.vpslld(to, to, 16);
            }
            case Q8 -> {
                code.vpmovsxbd(to, from);
                code.vcvtdq2ps(to, to);
            }
        }
    }

    /** A factor, in all lanes. */
    static void factor(Assembler code, Vector to, Address from) {
        code.vpbroadcastw(to.half(), from);
        code.vcvtph2ps(to, to.half());
    }
}
