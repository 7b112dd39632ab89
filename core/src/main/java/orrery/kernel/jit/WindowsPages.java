package orrery.kernel.jit;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
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
import orrery.kernel.BackendException;

/**
 * {@code VirtualAlloc}, {@code VirtualProtect} and {@code VirtualFree}. The instruction cache needs no flush on x86.
 */
final class WindowsPages implements Pages {
    private static final int COMMIT_AND_RESERVE = 0x3000;
    private static final int RELEASE = 0x8000;
    private static final int READ_WRITE = 0x04;
    private static final int EXECUTE_READ = 0x20;

    private static final Linker.Option LAST_ERROR = Linker.Option.captureCallState("GetLastError");
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERROR_OF = STATE.varHandle(MemoryLayout.PathElement.groupElement("GetLastError"));

    private final MethodHandle alloc =
            linked("VirtualAlloc", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT));
    private final MethodHandle protect =
            linked("VirtualProtect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS));
    private final MethodHandle free =
            linked("VirtualFree", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private static MethodHandle linked(String name, FunctionDescriptor types) {
        var kernel32 = SymbolLookup.libraryLookup("kernel32", Arena.global());
        return Linker.nativeLinker().downcallHandle(kernel32.findOrThrow(name), types, LAST_ERROR);
    }

    @Override
    public MemorySegment map(long bytes) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            var at =
                    (MemorySegment) alloc.invokeExact(state, MemorySegment.NULL, bytes, COMMIT_AND_RESERVE, READ_WRITE);
            if (at.address() == 0) {
                throw new BackendException("VirtualAlloc gave no " + bytes + " bytes: " + error(state));
            }
            return at.reinterpret(bytes);
        } catch (Throwable t) {
            throw NativeFunction.unexpected(t);
        }
    }

    @Override
    public void makeExecutable(MemorySegment mapped) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            var before = arena.allocate(JAVA_INT);
            int done = (int) protect.invokeExact(state, mapped, mapped.byteSize(), EXECUTE_READ, before);
            if (done == 0) {
                throw new BackendException("VirtualProtect refused to make memory executable: " + error(state)
                        + "; the process may be denied it by its mitigation policy (arbitrary code guard)");
            }
        } catch (Throwable t) {
            throw NativeFunction.unexpected(t);
        }
    }

    @Override
    public void unmap(MemorySegment mapped) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            // With MEM_RELEASE the size is 0: all that was reserved goes.
            int done = (int) free.invokeExact(state, mapped, 0L, RELEASE);
            if (done == 0) {
                throw new BackendException("VirtualFree gave back no " + mapped.byteSize() + " bytes: " + error(state));
            }
        } catch (Throwable t) {
            throw NativeFunction.unexpected(t);
        }
    }

    private static String error(MemorySegment state) {
        return "error " + (int) ERROR_OF.get(state, 0L);
    }
}
