package orrery.kernel.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;
import orrery.kernel.BackendException;

/**
 * What a processor remembers of instructions. x86-64 sees what is written; Arm's processors fetch instructions through
 * a cache that does not, so what was written has to be brought to where that cache reads, and what it holds of these
 * addresses to be thrown away.
 *
 * <p>That is done while the memory can still be written and not yet be executed. Then no core can have fetched anything
 * from it, into whatever buffer, and the barrier that a core would need before it executes what others changed
 * (ARM DDI 0487, B2.2.5) is not needed. The kernel does much the same when it makes a page executable, but promises it
 * nowhere.
 */
final class InstructionCache {
    private static final String LIBRARY = "libgcc_s.so.1";

    private final SystemLibrary system;
    private final boolean needed;
    private final Optional<MemorySegment> clear;

    private InstructionCache(SystemLibrary system, boolean needed, Optional<MemorySegment> clear) {
        this.system = system;
        this.needed = needed;
        this.clear = clear;
    }

    /** That of the processor that this program runs on; {@code system} calls functions. */
    static InstructionCache ofThisMachine(SystemLibrary system) {
        boolean needed = ArmTier.isForThisMachine();
        return new InstructionCache(system, needed, needed ? clear() : Optional.empty());
    }

    /** {@code void __clear_cache(begin, end)} of GCC's library. Code of our own would have to be cleared itself. */
    private static Optional<MemorySegment> clear() {
        try {
            return SymbolLookup.libraryLookup(LIBRARY, Arena.global()).find("__clear_cache");
        } catch (IllegalArgumentException notFound) {
            return Optional.empty();
        }
    }

    /**
     * Forgets what lies in memory that cannot be executed yet.
     *
     * @throws BackendException if that is needed and cannot be done
     */
    void forget(MemorySegment memory) {
        if (needed) {
            var function = clear.orElseThrow(() -> new BackendException(
                    LIBRARY + " with __clear_cache was not found, without which new code may not be executed"));
            system.call(function, memory.address(), memory.address() + memory.byteSize(), 0);
        }
    }
}
