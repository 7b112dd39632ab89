package orrery.kernel.jit;

import orrery.tensor.KvType;

/** Emits code that widens the elements of a cache to floats. */
final class StoredFloats {
    private StoredFloats() {}

    /** Widens a vector of elements, without the factor of their block. */
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

    /** Broadcasts a factor. */
    static void factor(Assembler code, Vector to, Address from) {
        code.vpbroadcastw(to.half(), from);
        code.vcvtph2ps(to, to.half());
    }
}
