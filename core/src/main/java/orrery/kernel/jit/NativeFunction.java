package orrery.kernel.jit;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Collections;

/**
 * A function in executable memory that takes 64-bit integers (including addresses) and returns nothing.
 *
 * <p>There are two call shapes, for up to six and for up to ten arguments, because linking one takes milliseconds and
 * extra arguments are harmless. The handles are constants that take the address as an argument, so the compiler inlines
 * the call for every function. They are never {@code critical}: a garbage collection would have to wait for a whole
 * product.
 *
 * @param entry its address; calling it after its {@link ExecutableMemory} was closed crashes the JVM
 */
record NativeFunction(MemorySegment entry) {

    /** Linked on first use. */
    private static final class Six {
        static final MethodHandle CALL = shape(6);
    }

    /** Linked on first use. */
    private static final class Ten {
        static final MethodHandle CALL = shape(10);
    }

    private static MethodHandle shape(int arguments) {
        var layouts = Collections.nCopies(arguments, JAVA_LONG).toArray(MemoryLayout[]::new);
        return Linker.nativeLinker().downcallHandle(FunctionDescriptor.ofVoid(layouts));
    }

    void call(long a) {
        call(a, 0, 0, 0, 0, 0);
    }

    void call(long a, long b) {
        call(a, b, 0, 0, 0, 0);
    }

    void call(long a, long b, long c) {
        call(a, b, c, 0, 0, 0);
    }

    void call(long a, long b, long c, long d) {
        call(a, b, c, d, 0, 0);
    }

    void call(long a, long b, long c, long d, long e) {
        call(a, b, c, d, e, 0);
    }

    void call(long a, long b, long c, long d, long e, long f) {
        try {
            Six.CALL.invokeExact(entry, a, b, c, d, e, f);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    void call(long a, long b, long c, long d, long e, long f, long g, long h) {
        call(a, b, c, d, e, f, g, h, 0, 0);
    }

    void call(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j) {
        try {
            Ten.CALL.invokeExact(entry, a, b, c, d, e, f, g, h, i, j);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Converts what a call through a handle threw: unchecked exceptions are passed on, and there are no others. */
    static RuntimeException unexpected(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException exception -> exception;
            case Error error -> throw error;
            default -> throw new IllegalStateException("a native call threw a checked exception", thrown);
        };
    }
}
