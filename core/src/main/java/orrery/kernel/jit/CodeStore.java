package orrery.kernel.jit;

import java.util.ArrayList;
import java.util.List;

/** All code that some kernels have generated, freed when they are closed. Any thread may add to it. */
final class CodeStore implements AutoCloseable {
    private final List<ExecutableMemory> memory = new ArrayList<>();

    /**
     * Makes a function of code.
     *
     * @throws orrery.kernel.BackendException if the system provides no executable memory
     */
    NativeFunction add(Assembler code) {
        return add(code.finish());
    }

    /**
     * Makes a function of finished code.
     *
     * @throws orrery.kernel.BackendException if the system provides no executable memory
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
