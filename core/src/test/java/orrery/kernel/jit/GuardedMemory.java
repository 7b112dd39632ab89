package orrery.kernel.jit;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Memory between two inaccessible pages: a read or write beyond its end ends the JVM. */
public final class GuardedMemory implements AutoCloseable {
    private static final long PAGE = 4096;
    private static final int READ_AND_WRITE = 3;
    private static final int PRIVATE_AND_ANONYMOUS = 0x22;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle MMAP =
            handle("mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MPROTECT =
            handle("mprotect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle MUNMAP = handle("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

    private final Arena arena = Arena.ofShared();

    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), descriptor);
    }

    /** Zeroed memory that ends at an inaccessible page. */
    public MemorySegment allocate(long bytes) {
        long pages = (bytes + PAGE - 1) / PAGE * PAGE;
        try {
            var mapped = (MemorySegment) MMAP.invokeExact(
                    MemorySegment.NULL, pages + 2 * PAGE, READ_AND_WRITE, PRIVATE_AND_ANONYMOUS, -1, 0L);
            var all = mapped.reinterpret(pages + 2 * PAGE, arena, GuardedMemory::unmap);
            int before = (int) MPROTECT.invokeExact(all, PAGE, 0);
            int after = (int) MPROTECT.invokeExact(all.asSlice(pages + PAGE), PAGE, 0);
            if (before != 0 || after != 0) {
                throw new IllegalStateException("mprotect was refused");
            }
            return all.asSlice(PAGE + pages - bytes, bytes);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void unmap(MemorySegment all) {
        try {
            int ignored = (int) MUNMAP.invokeExact(all, all.byteSize());
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
