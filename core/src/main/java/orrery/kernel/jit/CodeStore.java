package orrery.kernel.jit;

import java.util.ArrayList;
import java.util.List;

/** All code that some kernels have written, until they are closed. Any thread may add to it. */
final class CodeStore implements AutoCloseable {
    private final List<ExecutableMemory> memory = new ArrayList<>();

    /**
     * Makes code a function.
     *
     * @throws orrery.kernel.BackendException if the system gives no executable memory
     */
    NativeFunction add(Assembler code) {
        return add(code.finish());
    }

    /**
     * Makes finished code a function.
     *
     * @throws orrery.kernel.BackendException if the system gives no executable memory
     */
    synchronized NativeFunction add(byte[] code) {
        var executable = ExecutableMemory.of(Pages.ofThisSystem(), code);
        memory.add(executable);
        return executable.function();
    }

    @Override
    public void close() {
        memory.forEach(ExecutableMemory::close);
        memory.clear();
    }
}
