package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import orrery.tensor.Matrix;

/** Operations that a backend does not replace reach its base. */
final class ForwardingKernelsTest {
    /**
     * Methods that describe the kernels: the owner of a weight, and attention in two operations, each of which may be
     * replaced.
     */
    private static final Set<String> OWN = Set.of("owns", "attend/8");

    private final List<String> seen = new ArrayList<>();
    private final Kernels base = (Kernels) java.lang.reflect.Proxy.newProxyInstance(
            Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (_, method, _) -> {
                seen.add(name(method));
                return nothing(method.getReturnType());
            });

    private static final class Unchanged extends ForwardingKernels {
        Unchanged(Kernels base) {
            super(base);
        }
    }

    private static String name(Method method) {
        return method.getName() + "/" + method.getParameterCount();
    }

    private static @Nullable Object nothing(Class<?> type) {
        return switch (type.getName()) {
            case "int" -> 0;
            case "long" -> 0L;
            case "float" -> 0f;
            case "double" -> 0.0;
            case "boolean" -> false;
            default -> null;
        };
    }

    @Test
    void everyOperationReachesTheBase() throws IllegalAccessException, InvocationTargetException {
        var forwarding = new Unchanged(base);
        var operations = Arrays.stream(Kernels.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
                .filter(method -> !OWN.contains(method.getName()) && !OWN.contains(name(method)))
                .toList();
        assertThat(operations).hasSizeGreaterThan(40);
        for (var operation : operations) {
            seen.clear();
            operation.invoke(
                    forwarding,
                    Arrays.stream(operation.getParameterTypes())
                            .map(ForwardingKernelsTest::nothing)
                            .toArray());
            assertThat(seen).containsExactly(name(operation));
        }
    }

    @Test
    void takesItsOwnWeightsAndThoseOfTheBase() {
        // Closing them closes the base.
        var scalar = new ScalarKernels();
        try (var other = new ScalarKernels();
                var forwarding = new Unchanged(scalar)) {
            assertThat(forwarding.owns(new PlainWeight(forwarding, Matrix.EMPTY)))
                    .isTrue();
            assertThat(forwarding.owns(scalar.prepare(Matrix.EMPTY))).isTrue();
            assertThat(forwarding.owns(other.prepare(Matrix.EMPTY))).isFalse();
        }
    }
}
