package orrery.kernel.jit;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/** Functions that are generated on first use. */
final class LazyFunctions<K extends Enum<K>> {
    private final Map<K, NativeFunction> functions;
    private final Function<K, NativeFunction> maker;

    /**
     * @param writer generates the code of a function
     * @param store owns the code
     */
    LazyFunctions(Class<K> operations, Function<K, Assembler> writer, CodeStore store) {
        functions = new EnumMap<>(operations);
        maker = operation -> store.add(writer.apply(operation));
    }

    NativeFunction of(K operation) {
        return functions.computeIfAbsent(operation, maker);
    }
}
