package orrery.kernel.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;
import orrery.kernel.BackendException;

/**
 * Synchronizes the instruction cache. On x86-64, writes are visible to instruction fetches; Arm processors fetch
 * instructions through a cache that does not see them, so written code has to be cleaned to the point of unification,
 * and these addresses have to be invalidated in the instruction cache.
 *
 * <p>This is done while the memory is still writable and not yet executable. Then no core can have fetched anything
 * from it into any buffer, and the barrier that a core would need before it executes what others changed (ARM DDI 0487,
 * B2.2.5) is not needed. The kernel does much the same when it makes a page executable, but does not document it.
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

    /** For the processor that this program runs on; {@code system} calls functions. */
    static InstructionCache ofThisMachine(SystemLibrary system) {
        boolean needed = ArmTier.isForThisMachine();
        return new InstructionCache(system, needed, needed ? clear() : Optional.empty());
    }

    /** {@code void __clear_cache(begin, end)} of GCC's library. Our own code for it would itself have to be cleared. */
    private static Optional<MemorySegment> clear() {
        try {
            return SymbolLookup.libraryLookup(LIBRARY, Arena.global()).find("__clear_cache");
        } catch (IllegalArgumentException notFound) {
            return Optional.empty();
        }
    }

    /**
     * Invalidates memory that is not executable yet.
     *
     * @throws BackendException if that is necessary but impossible
     */
    void forget(MemorySegment memory) {
        if (needed) {
            var function = clear.orElseThrow(() -> new BackendException(
                    LIBRARY + " with __clear_cache was not found, without which new code may not be executed"));
            system.call(function, memory.address(), memory.address() + memory.byteSize(), 0);
        }
    }
}
