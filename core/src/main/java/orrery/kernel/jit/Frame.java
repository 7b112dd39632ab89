package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.RSP;
import static orrery.kernel.jit.Vector.xmm;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a function begins and ends, whatever the convention: after {@link #enter} its arguments are in the registers that
 * the generator wants, and {@link #leave} gives back what must be preserved. It writes no unwind information, because
 * nothing is called from within.
 *
 * @param arguments the register for each argument (all are integers of 64 bits), without {@code rsp}
 * @param scratch the other general registers that the function changes; those that need no saving may be named, too
 * @param vectors how many vector registers it changes, from 0 on
 */
record Frame(CallingConvention convention, List<General> arguments, Set<General> scratch, int vectors) {
    private static final int VECTOR_BYTES = 16;
    private static final int LAST_PRESERVED_VECTOR = 15;

    Frame {
        arguments = List.copyOf(arguments);
        scratch = Set.copyOf(scratch);
        var distinct = EnumSet.of(RSP);
        distinct.addAll(arguments);
        if (distinct.size() != arguments.size() + 1) {
            throw new IllegalArgumentException(
                    "the arguments are to be in " + arguments + ", expected distinct registers");
        }
    }

    /** Of this system's convention. */
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
        var moves = new EnumMap<General, General>(General.class);
        for (int i = 0; i < inRegisters; i++) {
            moves.put(arguments.get(i), convention.arguments().get(i));
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

    /** All at once, as it were: nothing is overwritten that another move still needs. */
    private static void move(Assembler code, Map<General, General> sources) {
        sources.entrySet().removeIf(move -> move.getKey() == move.getValue());
        while (!sources.isEmpty()) {
            var free = sources.keySet().stream()
                    .filter(to -> !sources.containsValue(to))
                    .findFirst();
            if (free.isPresent()) {
                code.mov(free.get(), sources.remove(free.get()));
            } else {
                // Nothing but rings are left: turn one of them by one register.
                var move = sources.entrySet().iterator().next();
                General to = move.getKey();
                General from = move.getValue();
                code.xchg(to, from);
                sources.remove(to);
                sources.replaceAll((_, source) -> source == to ? from : source);
                sources.entrySet().removeIf(left -> left.getKey() == left.getValue());
            }
        }
    }
}
