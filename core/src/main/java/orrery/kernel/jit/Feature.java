package orrery.kernel.jit;

/** Optional instructions of a processor: their bit in {@code cpuid}, and the registers that they use. */
enum Feature {
    AVX(1, 0, Answer.ECX, 28, Feature.YMM),
    FMA(1, 0, Answer.ECX, 12, Feature.YMM),
    F16C(1, 0, Answer.ECX, 29, Feature.YMM),
    BMI2(7, 0, Answer.EBX, 8, 0),
    AVX2(7, 0, Answer.EBX, 5, Feature.YMM),
    AVX_VNNI(7, 1, Answer.EAX, 4, Feature.YMM),
    AVX512F(7, 0, Answer.EBX, 16, Feature.ZMM),
    AVX512DQ(7, 0, Answer.EBX, 17, Feature.ZMM),
    AVX512BW(7, 0, Answer.EBX, 30, Feature.ZMM),
    AVX512VL(7, 0, Answer.EBX, 31, Feature.ZMM),
    AVX512_VNNI(7, 0, Answer.ECX, 11, Feature.ZMM),
    AVX512_BF16(7, 1, Answer.EAX, 5, Feature.ZMM);

    /** The bits of XCR0: SSE and AVX. */
    private static final int YMM = 0b110;

    /** The same with the masks and both parts of AVX-512's registers. */
    private static final int ZMM = 0b1110_0110;

    private final int leaf;
    private final int part;
    private final Answer answer;
    private final int bit;
    private final int states;

    Feature(int leaf, int part, Answer answer, int bit, int states) {
        this.leaf = leaf;
        this.part = part;
        this.answer = answer;
        this.bit = bit;
        this.states = states;
    }

    private enum Answer {
        EAX,
        EBX,
        ECX;

        int of(Cpuid.Leaf leaf) {
            return switch (this) {
                case EAX -> leaf.eax();
                case EBX -> leaf.ebx();
                case ECX -> leaf.ecx();
            };
        }
    }

    /**
     * Whether a processor has it and the system lets programs use it.
     *
     * @param lastLeaf leaves beyond it are meaningless on Intel's processors
     * @param savedStates which registers the system saves
     */
    boolean isIn(Cpuid cpuid, int lastLeaf, int savedStates) {
        boolean asked =
                leaf <= lastLeaf && (part == 0 || part <= cpuid.leaf(leaf, 0).eax());
        return asked && (answer.of(cpuid.leaf(leaf, part)) >>> bit & 1) == 1 && (savedStates & states) == states;
    }
}
