package orrery.kernel.jit;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/** Functions that are written when they are first asked for. */
final class LazyFunctions<K extends Enum<K>> {
    private final Map<K, NativeFunction> functions;
    private final Function<K, NativeFunction> maker;

    /**
     * None yet.
     *
     * @param writer what writes the code of a function
     * @param store who owns the code
     */
    LazyFunctions(Class<K> operations, Function<K, Assembler> writer, CodeStore store) {
        functions = new EnumMap<>(operations);
        maker = operation -> store.add(writer.apply(operation));
    }

    NativeFunction of(K operation) {
        return functions.computeIfAbsent(operation, maker);
    }
}
