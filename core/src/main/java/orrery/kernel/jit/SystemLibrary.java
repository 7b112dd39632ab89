package orrery.kernel.jit;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Collections;

/**
 * Functions of the system that take up to six integers or addresses. All are called through one handle with six longs,
 * because linking each with its own types would make startup four times as slow: a function ignores extra arguments,
 * and the upper half of one that is an int.
 */
final class SystemLibrary {
    private static final int MOST_ARGUMENTS = 6;
    private static final StructLayout STATE = Linker.Option.captureStateLayout();

    private final SymbolLookup lookup;
    private final MethodHandle handle;
    private final VarHandle error;

    /**
     * Functions in {@code lookup}.
     *
     * @param errorNumber where they report errors: {@code errno} or {@code GetLastError}
     * @throws IllegalCallerException if this program may not call native functions
     */
    SystemLibrary(SymbolLookup lookup, String errorNumber) {
        this.lookup = lookup;
        var longs = Collections.nCopies(MOST_ARGUMENTS, JAVA_LONG).toArray(MemoryLayout[]::new);
        handle = Linker.nativeLinker()
                .downcallHandle(FunctionDescriptor.of(JAVA_LONG, longs), Linker.Option.captureCallState(errorNumber));
        error = STATE.varHandle(MemoryLayout.PathElement.groupElement(errorNumber));
    }

    /**
     * The result of a function.
     *
     * @param value all 64 bits; an int is the lower half
     * @param error its error number, if {@code value} means that it failed
     */
    record Result(long value, int error) {
        int asInt() {
            return (int) value;
        }
    }

    /** The address of a function. */
    MemorySegment find(String name) {
        return lookup.findOrThrow(name);
    }

    Result call(MemorySegment function, long a, long b, long c) {
        return call(function, a, b, c, 0, 0, 0);
    }

    Result call(MemorySegment function, long a, long b, long c, long d, long e, long f) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            long value = (long) handle.invokeExact(function, state, a, b, c, d, e, f);
            return new Result(value, (int) error.get(state, 0L));
        } catch (Throwable t) {
            throw NativeFunction.unexpected(t);
        }
    }
}
