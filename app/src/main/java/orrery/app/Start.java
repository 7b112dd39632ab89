package orrery.app;

import java.lang.reflect.InvocationTargetException;

/**
 * The class that {@code ./orrery} starts: it loads the Vector API without the warning that
 * {@code --add-modules jdk.incubator.vector} prints before our code runs, and then calls {@link Main}.
 *
 * <p>No option of the JVM suppresses that warning (tried on 25: {@code -Xlog:disable}, {@code -Xshare}, the module
 * path). Loading the module a moment later through {@code java.base} avoids it; C2 compiles the same code (a dot
 * product and {@code exp} were equally fast both ways), and the JVM can still use its class archives, which the option
 * disables. The launcher opens the package with {@code --add-exports java.base/jdk.internal.module=ALL-UNNAMED}.
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
