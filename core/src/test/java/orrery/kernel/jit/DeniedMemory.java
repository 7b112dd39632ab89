package orrery.kernel.jit;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import orrery.kernel.BackendException;

/** Forbids itself executable memory, as systemd's MemoryDenyWriteExecute does, and prints the result. */
final class DeniedMemory {
    static final int NOT_KNOWN = 3;
    private static final int SET_MDWE = 65;
    private static final long REFUSE_EXECUTABLE = 1;

    private DeniedMemory() {}

    public static void main(String[] arguments) throws Throwable {
        var code = new Assembler(VectorEncoding.VEX);
        code.ret();
        var linker = Linker.nativeLinker();
        var prctl = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("prctl"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        // Linked before, because the JVM itself cannot generate code afterwards.
        var pages = Pages.ofThisSystem();
        if ((int) prctl.invokeExact(SET_MDWE, REFUSE_EXECUTABLE, 0L, 0L, 0L) != 0) {
            System.exit(NOT_KNOWN);
        }
        try (var memory = ExecutableMemory.of(pages, code.finish())) {
            System.out.println("executable after all: " + memory.function());
            System.exit(1);
        } catch (BackendException e) {
            System.out.println(e.getMessage());
        }
    }
}
