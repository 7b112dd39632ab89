package orrery.kernel.jit;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RAX;
import static orrery.kernel.jit.General.RBX;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDX;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import orrery.kernel.BackendException;

/** The CPUID instruction. Source: Intel's manual, volume 2, CPUID; AMD's, volume 3, appendix E. */
interface Cpuid {

    /** The four registers of a result. */
    record Leaf(int eax, int ebx, int ecx, int edx) {
        static final Leaf NOTHING = new Leaf(0, 0, 0, 0);
    }

    Leaf leaf(int number, int part);

    /** Which registers the operating system saves (XCR0); only valid if the processor reports that it can be read. */
    int savedStates();

    /**
     * Queries this processor with emitted code.
     *
     * @throws BackendException if there is no executable memory
     */
    static <T> T ask(Function<Cpuid, T> questions) {
        var code = new Assembler(VectorEncoding.VEX);
        var leaf = new Label();
        var states = new Label();
        code.place(leaf);
        var asking = Frame.of(List.of(R8, RAX, RCX), Set.of(RBX, RDX), 0);
        asking.enter(code);
        code.cpuid();
        code.mov32(at(R8), RAX);
        code.mov32(at(R8, 4), RBX);
        code.mov32(at(R8, 8), RCX);
        code.mov32(at(R8, 12), RDX);
        asking.leave(code);
        code.align(16);
        code.place(states);
        var reading = Frame.of(List.of(R8), Set.of(RAX, RCX, RDX, R9), 0);
        reading.enter(code);
        code.xor(RCX, RCX);
        code.xgetbv();
        code.mov32(at(R8), RAX);
        reading.leave(code);

        try (var memory = ExecutableMemory.of(code);
                var arena = Arena.ofConfined()) {
            var answer = arena.allocate(JAVA_INT, 4);
            return questions.apply(new Cpuid() {
                @Override
                public Leaf leaf(int number, int part) {
                    memory.function(leaf).call(answer.address(), number, part);
                    return new Leaf(
                            answer.getAtIndex(JAVA_INT, 0),
                            answer.getAtIndex(JAVA_INT, 1),
                            answer.getAtIndex(JAVA_INT, 2),
                            answer.getAtIndex(JAVA_INT, 3));
                }

                @Override
                public int savedStates() {
                    memory.function(states).call(answer.address());
                    return answer.getAtIndex(JAVA_INT, 0);
                }
            });
        }
    }
}
