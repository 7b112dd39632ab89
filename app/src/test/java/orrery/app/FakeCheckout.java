package orrery.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A copy of the launcher in a folder of its own, with a machine around it that the test makes up: a home, a PATH and
 * Java folders. A fake {@code java} prints its home and its arguments; a fake {@code mvn} counts its calls and leaves a
 * jar.
 */
final class FakeCheckout {
    private static final List<String> TOOLS = List.of(
            "sh",
            "awk",
            "cat",
            "cp",
            "date",
            "dirname",
            "find",
            "grep",
            "head",
            "ls",
            "mkdir",
            "mv",
            "ps",
            "readlink",
            "rm",
            "rmdir",
            "sed",
            "sleep",
            "touch",
            "tr");

    final Path root;
    final Path home;
    final Path machine;
    private final Path bin;
    private final Map<String, String> environment = new HashMap<>();

    FakeCheckout(Path folder) throws IOException {
        root = Files.createDirectories(folder.resolve("my checkout"));
        home = Files.createDirectories(folder.resolve("my home"));
        machine = Files.createDirectories(folder.resolve("usr lib"));
        bin = Files.createDirectories(folder.resolve("bin"));
        Path real = Path.of("").toAbsolutePath().resolveSibling("orrery");
        Files.copy(real, root.resolve("orrery"));
        Files.createDirectories(root.resolve("launch"));
        for (String script : List.of("java.sh", "build.sh")) {
            Files.copy(
                    real.resolveSibling(Path.of("launch", script)),
                    root.resolve("launch").resolve(script));
        }
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        Files.createDirectories(root.resolve("app/src/main"));
        Files.writeString(root.resolve("app/pom.xml"), "<project/>");
        for (String tool : TOOLS) {
            executable(bin.resolve(tool), "#!/bin/sh\nexec " + systemTool(tool) + " \"$@\"\n");
        }
        environment.put("HOME", home.toString());
        environment.put("PATH", bin.toString());
        environment.put("ORRERY_JAVA_FOLDERS", machine + "/*");
    }

    private static Path systemTool(String tool) {
        for (String folder : List.of("/bin", "/usr/bin", "/usr/local/bin")) {
            if (Files.isExecutable(Path.of(folder, tool))) {
                return Path.of(folder, tool);
            }
        }
        throw new IllegalStateException("this machine has no " + tool);
    }

    FakeCheckout with(String variable, Object value) {
        environment.put(variable, value.toString());
        return this;
    }

    /** A JDK whose release file tells the version. */
    Path jdk(Path java, String version) throws IOException {
        executable(java.resolve("bin/java"), "#!/bin/sh\necho \"started by $0\"\nfor a; do echo \"<$a>\"; done\n");
        executable(java.resolve("bin/javac"), "#!/bin/sh\n");
        Files.writeString(java.resolve("release"), "IMPLEMENTOR=\"Fake\"\nJAVA_VERSION=\"" + version + "\"\n");
        return java;
    }

    /** An older kind of Java home, which only {@code java -version} can tell about. */
    Path jdkWithoutReleaseFile(Path java, String version) throws IOException {
        executable(java.resolve("bin/java"), "#!/bin/sh\necho 'openjdk version \"" + version + "\" 2020-01-01' >&2\n");
        return java;
    }

    void javaOnPath(Path java) throws IOException {
        Files.createSymbolicLink(bin.resolve("java"), java.resolve("bin/java"));
    }

    /** A Maven that notes its call and JAVA_HOME, leaves a jar where the real build does, then runs the lines. */
    void maven(String... lastLines) throws IOException {
        executable(bin.resolve("mvn"), """
                #!/bin/sh
                if [ "$1" = --version ]; then echo 'Apache Maven 3.8.7'; exit 0; fi
                echo "$JAVA_HOME" >> calls
                mkdir -p app/target/lib
                echo jar > app/target/lib/orrery-app.jar
                %s
                """.formatted(String.join("\n", lastLines)));
    }

    long mavenCalls() throws IOException {
        Path calls = root.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
    }

    private static void executable(Path file, String script) throws IOException {
        Files.createDirectories(file.resolve("..").normalize());
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Run start(String... arguments) throws IOException, InterruptedException {
        return started(root.resolve("orrery"), arguments).end();
    }

    Running started(Path launcher, String... arguments) throws IOException {
        Path output = Files.createTempFile(home, "out", ".txt");
        Path errors = Files.createTempFile(home, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder("sh", launcher.toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.directory(home.toFile());
        return new Running(
                builder.redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start(),
                output,
                errors);
    }

    /** A launcher that runs. */
    record Running(Process process, Path output, Path errors) {
        Run end() throws IOException, InterruptedException {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the launcher still ran after a minute: " + Files.readString(errors));
            }
            return new Run(process.exitValue(), Files.readString(output), Files.readString(errors));
        }
    }

    /** What a launcher left. */
    record Run(int status, String output, String errors) {}
}
