package orrery.kernel.jit;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import orrery.kernel.BackendException;
import orrery.kernel.jit.SystemLibrary.Result;

/** {@code mmap}, {@code mprotect}, {@code munmap} and {@code madvise}, with the constants of Linux. */
final class PosixPages implements Pages {
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int EXECUTE = 4;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int NO_FILE = -1;
    private static final long FAILED = -1;

    /** MADV_DONTNEED: pages of a mapped file are read again when they are accessed. */
    private static final int DONT_NEED = 4;

    private static final int HUGE_PAGES = 14;

    private final SystemLibrary system = new SystemLibrary(Linker.nativeLinker().defaultLookup(), "errno");
    private final MemorySegment mmap = system.find("mmap");
    private final MemorySegment mprotect = system.find("mprotect");
    private final MemorySegment munmap = system.find("munmap");
    private final MemorySegment madvise = system.find("madvise");
    private final InstructionCache cache = InstructionCache.ofThisMachine(system);

    @Override
    public MemorySegment map(long bytes) {
        var result = system.call(mmap, 0, bytes, READ | WRITE, PRIVATE_ANONYMOUS, NO_FILE, 0);
        if (result.value() == FAILED) {
            throw new BackendException("mmap gave no " + bytes + " bytes: " + error(result));
        }
        return MemorySegment.ofAddress(result.value()).reinterpret(bytes);
    }

    @Override
    public void makeExecutable(MemorySegment mapped) {
        cache.forget(mapped);
        var result = system.call(mprotect, mapped.address(), mapped.byteSize(), READ | EXECUTE);
        if (result.asInt() != 0) {
            throw new BackendException("mprotect refused to make memory executable: " + error(result)
                    + "; this process may be denied it by PR_SET_MDWE (systemd's MemoryDenyWriteExecute) or by"
                    + " SELinux (execmem)");
        }
    }

    @Override
    public void unmap(MemorySegment mapped) {
        var result = system.call(munmap, mapped.address(), mapped.byteSize(), 0);
        if (result.asInt() != 0) {
            throw new BackendException("munmap gave back no " + mapped.byteSize() + " bytes: " + error(result));
        }
    }

    /** Requests pages of 2 MiB; returns false if the system has none, which does not affect results. */
    boolean wantHugePages(MemorySegment mapped) {
        return system.call(madvise, mapped.address(), mapped.byteSize(), HUGE_PAGES)
                        .asInt()
                == 0;
    }

    /**
     * Releases the pages of a mapped file, which the system reads again when they are accessed; returns false if it
     * keeps them, as in a process that locked its memory (mlockall), which does not affect results.
     */
    boolean giveBack(MemorySegment wholePages) {
        return system.call(madvise, wholePages.address(), wholePages.byteSize(), DONT_NEED)
                        .asInt()
                == 0;
    }

    private static String error(Result failed) {
        return "errno " + failed.error()
                + switch (failed.error()) {
                    case 1 -> " (EPERM)";
                    case 12 -> " (ENOMEM)";
                    case 13 -> " (EACCES)";
                    case 22 -> " (EINVAL)";
                    default -> "";
                };
    }
}
