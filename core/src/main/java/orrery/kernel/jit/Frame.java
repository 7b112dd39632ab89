package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.RSP;
import static orrery.kernel.jit.Vector.xmm;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The prologue and epilogue of a function, for any convention: after {@link #enter} its arguments are in the registers
 * that the generator wants, and {@link #leave} restores what must be preserved. It writes no unwind information,
 * because the code calls nothing.
 *
 * @param arguments the register for each argument (all are 64-bit integers), except {@code rsp}
 * @param scratch the other general registers that the function changes; may include caller-saved ones
 * @param vectors how many vector registers it changes, from 0 on
 */
record Frame(CallingConvention convention, List<General> arguments, Set<General> scratch, int vectors) {
    private static final int VECTOR_BYTES = 16;
    private static final int LAST_PRESERVED_VECTOR = 15;

    Frame {
        arguments = List.copyOf(arguments);
        scratch = Set.copyOf(scratch);
        if (arguments.contains(RSP) || Set.copyOf(arguments).size() != arguments.size()) {
            throw new IllegalArgumentException(
                    "the arguments are to be in " + arguments + ", expected distinct registers without RSP");
        }
    }

    /** For this system's convention. */
    static Frame of(List<General> arguments, Set<General> scratch, int vectors) {
        return new Frame(CallingConvention.ofThisSystem(), arguments, scratch, vectors);
    }

    /** Saves what must be preserved, and moves the arguments. */
    void enter(Assembler code) {
        List<General> saved = saved();
        saved.forEach(code::push);
        int vectorBytes = VECTOR_BYTES * savedVectors();
        if (vectorBytes > 0) {
            code.sub(RSP, vectorBytes);
            for (int i = 0; i < savedVectors(); i++) {
                code.vmovups(at(RSP, VECTOR_BYTES * i), xmm(convention.firstPreservedVector() + i));
            }
        }
        int inRegisters = Math.min(arguments.size(), convention.arguments().size());
        var moves = new ArrayList<Move>();
        for (int i = 0; i < inRegisters; i++) {
            moves.add(new Move(arguments.get(i), convention.arguments().get(i)));
        }
        move(code, moves);
        for (int i = inRegisters; i < arguments.size(); i++) {
            int pushed = Long.BYTES * saved.size() + vectorBytes;
            code.mov(arguments.get(i), at(RSP, pushed + convention.stackOffset(i)));
        }
    }

    /** Restores, and returns. */
    void leave(Assembler code) {
        code.vzeroupper();
        if (savedVectors() > 0) {
            for (int i = 0; i < savedVectors(); i++) {
                code.vmovups(xmm(convention.firstPreservedVector() + i), at(RSP, VECTOR_BYTES * i));
            }
            code.add(RSP, VECTOR_BYTES * savedVectors());
        }
        saved().reversed().forEach(code::pop);
        code.ret();
    }

    private List<General> saved() {
        return convention.preserved().stream()
                .filter(register -> arguments.contains(register) || scratch.contains(register))
                .toList();
    }

    private int savedVectors() {
        return Math.max(0, Math.min(vectors, LAST_PRESERVED_VECTOR + 1) - convention.firstPreservedVector());
    }

    private record Move(General to, General from) {
        boolean isDone() {
            return to == from;
        }
    }

    /** A parallel move: no register is overwritten that another move still needs. */
    private static void move(Assembler code, List<Move> moves) {
        moves.removeIf(Move::isDone);
        while (!moves.isEmpty()) {
            var free = moves.stream()
                    .filter(move -> moves.stream().noneMatch(other -> other.from == move.to))
                    .findFirst();
            var move = free.orElseGet(moves::getFirst);
            moves.remove(move);
            if (free.isPresent()) {
                code.mov(move.to, move.from);
            } else {
                // Only cycles are left: rotate one of them by one register.
                code.xchg(move.to, move.from);
                moves.replaceAll(other -> other.from == move.to ? new Move(other.to, move.from) : other);
                moves.removeIf(Move::isDone);
            }
        }
    }
}
