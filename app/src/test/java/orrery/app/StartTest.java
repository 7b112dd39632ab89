package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts a real JVM on the class path, as the launcher does. */
final class StartTest {
    private static final String EXPORT = "--add-exports=java.base/jdk.internal.module=ALL-UNNAMED";

    @TempDir
    private Path folder;

    @Test
    void bringsInTheVectorModuleWithoutAWord() throws Exception {
        Path loaded = folder.resolve("loaded.txt");

        start(EXPORT, "-Xlog:module+load=info:file=" + loaded);

        assertThat(folder.resolve("errors")).isEmptyFile();
        assertThat(folder.resolve("output")).content().startsWith("Orrery");
        assertThat(loaded).content().contains("jdk.incubator.vector location: jrt:/jdk.incubator.vector");
    }

    @Test
    void saysWhyThereAreNoSimdKernelsAndStartsNonetheless() throws Exception {
        start("-Dno.export=true");

        assertThat(folder.resolve("output")).content().startsWith("Orrery");
        assertThat(folder.resolve("errors"))
                .content()
                .startsWith("orrery: no SIMD kernels: Java " + Runtime.version())
                .contains("ORRERY_JAVA_OPTIONS='--add-modules jdk.incubator.vector'")
                .hasLineCount(1);
    }

    private void start(String... options) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString());
        builder.command().addAll(List.of(options));
        builder.command().addAll(List.of("-cp", everything(), "orrery.app.Start", "--version"));
        Process process = builder.redirectOutput(folder.resolve("output").toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("errors")))
                .isZero();
    }

    /** The tests themselves run on the module path; both paths together are the launcher's class path. */
    private static String everything() {
        return System.getProperty("jdk.module.path", "") + File.pathSeparator + System.getProperty("java.class.path");
    }
}
