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
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import orrery.kernel.BackendException;

/** {@code mmap}, {@code mprotect}, {@code munmap} and {@code madvise}, with the constants of Linux. */
final class PosixPages implements Pages {
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int EXECUTE = 4;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int NO_FILE = -1;
    private static final long FAILED = -1;

    /** Pages that are not needed; of a mapped file they are read again when they are. */
    private static final int DONT_NEED = 4;

    private static final int HUGE_PAGES = 14;

    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_OF = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final MethodHandle mmap =
            linked("mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private final MethodHandle mprotect =
            linked("mprotect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private final MethodHandle munmap = linked("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    private final MethodHandle madvise =
            linked("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private static MethodHandle linked(String name, FunctionDescriptor types) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), types, ERRNO);
    }

    @Override
    public MemorySegment map(long bytes) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            var at = (MemorySegment)
                    mmap.invokeExact(state, MemorySegment.NULL, bytes, READ | WRITE, PRIVATE_ANONYMOUS, NO_FILE, 0L);
            if (at.address() == FAILED) {
                throw new BackendException("mmap gave no " + bytes + " bytes: " + error(state));
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
            int result = (int) mprotect.invokeExact(state, mapped, mapped.byteSize(), READ | EXECUTE);
            if (result != 0) {
                throw new BackendException("mprotect refused to make memory executable: " + error(state)
                        + "; this process may be denied it by PR_SET_MDWE (systemd's MemoryDenyWriteExecute) or by"
                        + " SELinux (execmem)");
            }
        } catch (Throwable t) {
            throw NativeFunction.unexpected(t);
        }
    }

    @Override
    public void unmap(MemorySegment mapped) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            int result = (int) munmap.invokeExact(state, mapped, mapped.byteSize());
            if (result != 0) {
                throw new BackendException("munmap gave back no " + mapped.byteSize() + " bytes: " + error(state));
            }
        } catch (Throwable t) {
            throw NativeFunction.unexpected(t);
        }
    }

    /** Asks for pages of 2 MiB; false where the system has none, which changes no result. */
    boolean wantHugePages(MemorySegment mapped) {
        try (var arena = Arena.ofConfined()) {
            return (int) madvise.invokeExact(arena.allocate(STATE), mapped, mapped.byteSize(), HUGE_PAGES) == 0;
        } catch (Throwable t) {
            throw NativeFunction.unexpected(t);
        }
    }

    /** Gives back the pages of a mapped file, which the system reads again when they are touched. */
    void giveBack(MemorySegment wholePages) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            int result = (int) madvise.invokeExact(state, wholePages, wholePages.byteSize(), DONT_NEED);
            if (result != 0) {
                throw new BackendException("madvise(MADV_DONTNEED) of " + wholePages + ": " + error(state));
            }
        } catch (Throwable t) {
            throw NativeFunction.unexpected(t);
        }
    }

    private static String error(MemorySegment state) {
        int number = (int) ERRNO_OF.get(state, 0L);
        return "errno " + number
                + switch (number) {
                    case 1 -> " (EPERM)";
                    case 12 -> " (ENOMEM)";
                    case 13 -> " (EACCES)";
                    case 22 -> " (EINVAL)";
                    default -> "";
                };
    }
}
