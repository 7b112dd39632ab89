package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Emits a search for the largest element of a run. Called as {@code (x, count, found)}; {@code found} gets, for each
 * lane of a vector, the largest of its elements, skipping NaN, and after those, as integers, the index of its first
 * occurrence: 0 if nothing is larger than negative infinity.
 */
final class LargestWriter {
    private static final General X = RDI;
    private static final General COUNT = RSI;
    private static final General FOUND = RDX;

    private LargestWriter() {}

    static Assembler write(Tier tier) {
        var run = new RunWriter(tier);
        var code = run.code;
        var frame = Frame.of(List.of(X, COUNT, FOUND), RunWriter.SCRATCH, tier.registers());
        var x = run.vector(0);
        var most = run.vector(1);
        var index = run.vector(2);
        var here = run.vector(3);
        var mask = run.vector(4);
        frame.enter(code);
        run.fill(most, Float.NEGATIVE_INFINITY);
        run.clear(index);
        var order = ByteBuffer.allocate(run.lanes() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int lane = 0; lane < run.lanes(); lane++) {
            order.putInt(lane);
        }
        code.vmovups(here, run.beside.of(order.array()));
        run.run(COUNT, 1, _ -> {
            run.load(x, X, 0);
            if (run.wide) {
                code.vcmpps(Opmask.K2, run.among(), x, most, RunWriter.GREATER);
                code.vmovaps(most.masked(Opmask.K2), x);
                code.vmovaps(index.masked(Opmask.K2), here);
            } else {
                code.vcmpps(mask, x, most, RunWriter.GREATER);
                run.clearTail(mask);
                code.vblendvps(most, most, x, mask);
                code.vblendvps(index, index, here, mask);
            }
            code.vpaddd(here, here, run.allBits(run.lanes()));
        });
        code.vmovups(at(FOUND), most);
        code.vmovups(at(FOUND, tier.kind().bytes()), index);
        frame.leave(code);
        run.beside.place();
        return code;
    }
}
