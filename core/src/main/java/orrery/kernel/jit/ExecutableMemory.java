package orrery.kernel.jit;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import orrery.kernel.BackendException;

/**
 * Machine code in its own pages: written while they are writable and not executable, then made executable and
 * read-only. It cannot be changed afterwards.
 *
 * <p>The caller of {@link #close} ensures that no thread executes the code or calls it again: nothing checks that.
 */
final class ExecutableMemory implements AutoCloseable {
    private static final long PAGE = 4096;

    private final Pages pages;
    private final MemorySegment mapped;

    private ExecutableMemory(Pages pages, MemorySegment mapped) {
        this.pages = pages;
        this.mapped = mapped;
    }

    /**
     * Maps an assembler's code.
     *
     * @throws BackendException if the system refuses, with its reason
     */
    static ExecutableMemory of(Assembler code) {
        Pages.missing().ifPresent(why -> {
            throw new BackendException(why);
        });
        return of(Pages.ofThisSystem(), code.finish());
    }

    /** The same with given pages. */
    static ExecutableMemory of(Pages pages, byte[] code) {
        var mapped = pages.map(Math.max(PAGE, (code.length + PAGE - 1) & -PAGE));
        try {
            MemorySegment.copy(code, 0, mapped, JAVA_BYTE, 0, code.length);
            pages.makeExecutable(mapped);
        } catch (RuntimeException | Error e) {
            pages.unmap(mapped);
            throw e;
        }
        return new ExecutableMemory(pages, mapped);
    }

    /** The function at the start of the code. */
    NativeFunction function() {
        return new NativeFunction(mapped);
    }

    /** The function at a label of the code. */
    NativeFunction function(Label entry) {
        return new NativeFunction(mapped.asSlice(entry.offset()));
    }

    @Override
    public void close() {
        pages.unmap(mapped);
    }
}
