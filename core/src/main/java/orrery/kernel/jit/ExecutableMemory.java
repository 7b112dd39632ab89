package orrery.kernel.jit;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import orrery.kernel.BackendException;

/**
 * Machine code in pages of its own: written while they can be written and not executed, then made executable and no
 * longer writable. It cannot be changed afterwards.
 *
 * <p>The caller of {@link #close} sees to it that no thread is in the code and none calls it again: nothing checks
 * that.
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
     * Maps what an assembler wrote.
     *
     * @throws BackendException if the system refuses, with its reason
     */
    static ExecutableMemory of(Assembler code) {
        Pages.missing().ifPresent(why -> {
            throw new BackendException(why);
        });
        return of(Pages.ofThisSystem(), code.finish());
    }

    /** The same, of pages that are given. */
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

    /** The function that begins with the code. */
    NativeFunction function() {
        return new NativeFunction(mapped);
    }

    /** The function that begins at a label of the code. */
    NativeFunction function(Label entry) {
        return new NativeFunction(mapped.asSlice(entry.offset()));
    }

    @Override
    public void close() {
        pages.unmap(mapped);
    }
}
