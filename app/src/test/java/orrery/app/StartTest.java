package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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

    @Test
    @EnabledOnOs(OS.LINUX)
    void saysOnceThatStandardOutputIsFull() throws Exception {
        for (var arguments : List.of(List.of("--help"), List.of("describe", "deepseek-v3"), List.of("models"))) {
            int status = run(new File("/dev/full"), List.of(EXPORT), arguments);

            assertThat(folder.resolve("errors"))
                    .as("%s", arguments)
                    .content()
                    .startsWith("orrery: could not write to standard output: ")
                    .hasLineCount(1);
            assertThat(status).isEqualTo(1);
        }
    }

    @Test
    void warnsInOneLineAndKeepsTheLogsOfLibrariesToItself() throws Exception {
        for (var file : List.of("model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(Cli.DEMO.resolve(file), folder.resolve(file));
        }
        String config = Files.readString(Cli.DEMO.resolve("config.json"));
        Files.writeString(folder.resolve("config.json"), config.replaceFirst("\\{", "{\"flux\": 1,"));

        int status = run(
                folder.resolve("output").toFile(),
                List.of(EXPORT),
                List.of("run", "--quiet", "-n", "2", "--model", folder.toString(), "What is RoPE?"));

        assertThat(folder.resolve("errors"))
                .content()
                .startsWith("orrery: warning: ")
                .contains("flux")
                .hasLineCount(1);
        assertThat(folder.resolve("output")).hasContent("RoPE turns");
        assertThat(status).isZero();
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void acceptsTheLaunchersFlagsAndADamagedCacheSilently() throws Exception {
        Path cache = Files.writeString(folder.resolve("orrery.aot"), "no cache");
        var options = new ArrayList<>(launcherFlags());
        options.add("-XX:AOTCache=" + cache);

        int status = run(
                folder.resolve("output").toFile(),
                options,
                List.of("run", "--quiet", "-n", "2", "--model", Cli.DEMO.toString(), "What is RoPE?"));

        assertThat(folder.resolve("errors")).isEmptyFile();
        assertThat(folder.resolve("output")).hasContent("RoPE turns");
        assertThat(status).isZero();
    }

    static List<String> launcherFlags() throws Exception {
        var shell = new ProcessBuilder("sh", "-c", "root=.. && . ../launch/build.sh && printf %s \"$java_flags\"");
        shell.environment().remove("ORRERY_JAVA_OPTIONS");
        Process process = shell.start();
        String flags = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(flags).contains("-XX:+Use", "-Xmx");
        return List.of(flags.split(" "));
    }

    private void start(String... options) throws Exception {
        int status = run(folder.resolve("output").toFile(), List.of(options), List.of("--version"));

        assertThat(status).as(Files.readString(folder.resolve("errors"))).isZero();
    }

    private int run(File output, List<String> options, List<String> arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow");
        builder.command().addAll(options);
        builder.command().addAll(List.of("-cp", everything(), "orrery.app.Start"));
        builder.command().addAll(arguments);
        Process process = builder.redirectInput(
                        Files.createTempFile(folder, "input", "").toFile())
                .redirectOutput(output)
                .redirectError(folder.resolve("errors").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** The tests themselves run on the module path; both paths together are the launcher's class path. */
    static String everything() {
        return System.getProperty("jdk.module.path", "") + File.pathSeparator + System.getProperty("java.class.path");
    }
}
