package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R11;
import static orrery.kernel.jit.General.R12;
import static orrery.kernel.jit.General.R13;
import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RBX;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;

import java.util.HashSet;
import java.util.List;

/**
 * Emits a step of an online softmax (arXiv:1805.02867): turns scores of further positions, which are binary logarithms,
 * into weights, and rescales earlier weighted sums to the new largest score. Called as
 * {@code (scores, scoreStride, positions, mixed, width, states, queries, cap)}: for each query a run of scores, its
 * weighted sum of {@code width} floats so far, and a state, which is its largest score and the sum of its weights, 0 if
 * it has seen nothing.
 *
 * <p>With a cap, scores are natural: {@code cap tanh(score / cap)} is computed first.
 */
final class SoftmaxWriter {
    /** Bytes of a state. */
    static final int STATE = 2 * Float.BYTES;

    private static final int TOTAL = Float.BYTES;

    private static final General SCORES = RDI;
    private static final General SCORE_STRIDE = RSI;
    private static final General POSITIONS = RDX;
    private static final General MIXED = RCX;
    private static final General WIDTH = R8;
    private static final General STATES = R9;
    private static final General QUERIES = RBX;
    /** Read before a loop starts. */
    private static final General CAP = R11;

    private static final General BITS = R12;
    private static final General OTHER_BITS = R13;

    private final RunWriter run;
    private final Assembler code;
    private final Vector x;
    private final Vector most;
    private final Vector sum;
    /** The largest, or the sum, of every second vector. */
    private final Vector other;

    private final Vector before;
    private final Vector nothing;
    private final Vector cap;
    private final Vector inverse;
    private final CurveWriter curves;

    /** Whether there is a cap. */
    enum Operation {
        PLAIN,
        CAPPED
    }

    private SoftmaxWriter(Tier tier) {
        run = new RunWriter(tier);
        code = run.code;
        x = run.vector(0);
        most = run.vector(1);
        sum = run.vector(2);
        before = run.vector(3);
        nothing = run.vector(4);
        cap = run.vector(5);
        inverse = run.vector(6);
        other = run.vector(11);
        curves = new CurveWriter(run, run.vector(7), run.vector(8), run.vector(9), run.vector(10));
    }

    static Assembler write(Tier tier, Operation operation) {
        var writer = new SoftmaxWriter(tier);
        var scratch = new HashSet<>(RunWriter.SCRATCH);
        scratch.addAll(List.of(BITS, OTHER_BITS));
        var arguments = List.of(SCORES, SCORE_STRIDE, POSITIONS, MIXED, WIDTH, STATES, QUERIES, CAP);
        writer.write(Frame.of(arguments, scratch, tier.registers()), operation);
        return writer.code;
    }

    private void write(Frame frame, Operation operation) {
        frame.enter(code);
        run.fill(cap, CAP);
        run.fill(nothing, Float.NEGATIVE_INFINITY);
        if (operation == Operation.CAPPED) {
            run.fill(inverse, 1f);
            code.vdivps(inverse, inverse, cap);
            run.fill(x, CurveWriter.LOG2_E);
            code.vmulps(cap, cap, x);
        }
        var query = new Label();
        code.place(query);
        if (operation == Operation.CAPPED) {
            run.run(POSITIONS, 1, _ -> {
                run.load(x, SCORES, 0);
                code.vmulps(x, x, inverse);
                curves.tanh(x);
                code.vmulps(x, x, cap);
                run.store(SCORES, 0, x);
            });
        }
        largest();
        weights();
        state();
        code.add(SCORES, SCORE_STRIDE);
        code.lea(MIXED, at(MIXED, WIDTH, Float.BYTES, 0));
        code.add(STATES, STATE);
        code.sub(QUERIES, 1);
        code.jnz(query);
        frame.leave(code);
        run.beside.place();
    }

    /** {@code most}, of these and earlier scores; NaN is skipped, since its weight is NaN anyway. */
    private void largest() {
        code.vmovaps(most, nothing);
        code.vmovaps(other, nothing);
        run.run(POSITIONS, 2, slot -> {
            run.loadOr(x, SCORES, slot, nothing);
            var so = slot == 0 ? most : other;
            code.vmaxps(so, x, so);
        });
        code.vmaxps(most, most, other);
        run.across(most, x, code::vmaxps);
        code.vbroadcastss(before, at(STATES));
        code.vmaxps(most, most, before);
    }

    private void weights() {
        run.clear(sum);
        run.clear(other);
        run.run(POSITIONS, 2, slot -> {
            run.load(x, SCORES, slot);
            code.vsubps(x, x, most);
            curves.power(x);
            run.store(SCORES, slot, x);
            run.clearTail(x);
            var so = slot == 0 ? sum : other;
            code.vaddps(so, so, x);
        });
        code.vaddps(sum, sum, other);
        run.across(sum, x, code::vaddps);
    }

    private void state() {
        var first = new Label();
        var same = new Label();
        code.mov32(BITS, at(STATES, TOTAL));
        code.test(BITS, BITS);
        code.jz(first);
        code.vbroadcastss(x, at(STATES, TOTAL));
        code.vmovd(BITS, most.xmm());
        code.mov32(OTHER_BITS, at(STATES));
        code.cmp(BITS, OTHER_BITS);
        code.jz(same);
        code.vsubps(before, before, most);
        curves.power(before);
        code.vmulps(x, x, before);
        code.vaddps(sum, sum, x);
        run.run(WIDTH, 1, _ -> {
            run.load(x, MIXED, 0);
            code.vmulps(x, x, before);
            run.store(MIXED, 0, x);
        });
        code.jmp(first);
        code.place(same);
        code.vaddps(sum, sum, x);
        code.place(first);
        code.vmovss(at(STATES), most.xmm());
        code.vmovss(at(STATES, TOTAL), sum.xmm());
    }
}
