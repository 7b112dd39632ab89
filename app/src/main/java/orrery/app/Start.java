package orrery.app;

import java.lang.reflect.InvocationTargetException;

/**
 * The class that {@code ./orrery} starts: brings in the Vector API without the line of warning that
 * {@code --add-modules jdk.incubator.vector} prints before anything of ours runs, then hands over to {@link Main}.
 *
 * <p>No option of the JVM silences that line (tried on 25: {@code -Xlog:disable}, {@code -Xshare}, the module path).
 * Loading the module a moment later through {@code java.base} does, C2 compiles the same code (a dot product and
 * {@code exp} ran equally fast both ways), and the JVM may still use its archives of classes, which the option forbids.
 * The launcher opens the package by {@code --add-exports java.base/jdk.internal.module=ALL-UNNAMED}.
 */
public final class Start {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    private Start() {}

    public static void main(String[] arguments) {
        bringInVectorModule();
        Main.main(arguments);
    }

    private static void bringInVectorModule() {
        try {
            Class.forName("jdk.internal.module.Modules")
                    .getMethod("loadModule", String.class)
                    .invoke(null, VECTOR_MODULE);
        } catch (ReflectiveOperationException refused) {
            Throwable reason = refused instanceof InvocationTargetException wrapper ? wrapper.getCause() : refused;
            System.err.printf(
                    "orrery: no SIMD kernels: Java %s did not load %s (%s); ORRERY_JAVA_OPTIONS='--add-modules %s'"
                            + " enables them, with a warning from Java%n",
                    Runtime.version(), VECTOR_MODULE, reason, VECTOR_MODULE);
        }
    }
}
