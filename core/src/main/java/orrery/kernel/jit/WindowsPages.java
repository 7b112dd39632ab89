package orrery.kernel.jit;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import orrery.kernel.BackendException;

/**
 * {@code VirtualAlloc}, {@code VirtualProtect} and {@code VirtualFree}. The instruction cache needs no flush on x86.
 */
final class WindowsPages implements Pages {
    private static final int COMMIT_AND_RESERVE = 0x3000;
    private static final int RELEASE = 0x8000;
    private static final int READ_WRITE = 0x04;
    private static final int EXECUTE_READ = 0x20;

    private final SystemLibrary system =
            new SystemLibrary(SymbolLookup.libraryLookup("kernel32", Arena.global()), "GetLastError");
    private final MemorySegment alloc = system.find("VirtualAlloc");
    private final MemorySegment protect = system.find("VirtualProtect");
    private final MemorySegment free = system.find("VirtualFree");

    @Override
    public MemorySegment map(long bytes) {
        var result = system.call(alloc, 0, bytes, COMMIT_AND_RESERVE, READ_WRITE, 0, 0);
        if (result.value() == 0) {
            throw new BackendException("VirtualAlloc gave no " + bytes + " bytes: error " + result.error());
        }
        return MemorySegment.ofAddress(result.value()).reinterpret(bytes);
    }

    @Override
    public void makeExecutable(MemorySegment mapped) {
        try (var arena = Arena.ofConfined()) {
            var before = arena.allocate(JAVA_INT);
            var result =
                    system.call(protect, mapped.address(), mapped.byteSize(), EXECUTE_READ, before.address(), 0, 0);
            if (result.asInt() == 0) {
                throw new BackendException("VirtualProtect refused to make memory executable: error " + result.error()
                        + "; this process may be denied it by its mitigation policy (arbitrary code guard)");
            }
        }
    }

    @Override
    public void unmap(MemorySegment mapped) {
        // With MEM_RELEASE the size must be 0: the whole reservation is released.
        var result = system.call(free, mapped.address(), 0, RELEASE);
        if (result.asInt() == 0) {
            throw new BackendException(
                    "VirtualFree gave back no " + mapped.byteSize() + " bytes: error " + result.error());
        }
    }
}
