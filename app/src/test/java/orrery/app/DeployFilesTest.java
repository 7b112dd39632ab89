package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Holds what the files of {@code deploy/} say of the server: its options, paths, metrics and key. */
final class DeployFilesTest {
    private static final Path DEPLOY = Path.of("..", "deploy");

    /** Files whose options are all ours; in the others, those of other programs stand. */
    private static final List<String> OURS = List.of("Dockerfile", "orrery.service", "kubernetes.yaml");

    @TempDir
    private Path folder;

    private static String text(String file) throws IOException {
        return Files.readString(DEPLOY.resolve(file));
    }

    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The instructions of a file, without its comments and without what is another program's. */
    private static String instructions(String file) throws IOException {
        return text(file)
                .lines()
                .filter(line -> !line.startsWith("#") && !line.startsWith("HEALTHCHECK") && !line.startsWith("COPY"))
                .collect(Collectors.joining("\n"));
    }

    private static HttpURLConnection ask(URI address, String path) throws IOException {
        var connection = (HttpURLConnection) address.resolve(path).toURL().openConnection();
        connection.setReadTimeout(60_000);
        return connection;
    }

    @Test
    void everyOptionIsOneOfServe() throws IOException {
        String help = Cli.run("serve", "--help").out();
        var known = found("(--[a-z][a-z0-9-]*)", help);
        for (String file : OURS) {
            var used = found("(?<![\\w-])(--[a-z][a-z0-9-]*)", instructions(file));
            assertThat(used).as(file).isNotEmpty();
            used.remove("--version"); // the build's
            assertThat(known).as(file).containsAll(used);
        }
    }

    @Test
    void whatWatchesTheServerFindsWhatItAsksForWithoutAKey() throws Exception {
        var keys = Files.writeString(folder.resolve("keys"), "k\n");
        try (var server = new ServeCommandTest.Running(
                "serve",
                "--model",
                Cli.DEMO.toString(),
                "--threads",
                "1",
                "--port",
                "0",
                "--api-key-file",
                keys.toString(),
                "--public-metrics")) {
            var address = server.address();
            var paths = found("path: (/\\w+)", text("kubernetes.yaml"));
            assertThat(paths).containsExactly("/health", "/metrics", "/ready");
            for (String path : paths) {
                assertThat(ask(address, path).getResponseCode()).as(path).isIn(200, 503);
            }
            assertThat(ask(address, "/v1/models").getResponseCode()).isEqualTo(401);
            String metrics;
            try (var in = ask(address, "/metrics").getInputStream()) {
                metrics = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
            var named = found("(orrery_\\w+)", text("inference-pool.yaml"));
            assertThat(named).hasSize(3);
            assertThat(named).allSatisfy(metric -> assertThat(metrics).contains("\n" + metric + "{"));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theContainersCheckTellsAReadyServerFromNone() throws Exception {
        var command = Pattern.compile("CMD \\[\"bash\", \"-c\", \"(.*)\"]").matcher(text("Dockerfile"));
        assertThat(command.find()).isTrue();
        String check = command.group(1).replace("\\\\", "\\");
        try (var server = new ServeCommandTest.Running(
                "serve", "--model", Cli.DEMO.toString(), "--threads", "1", "--port", "0")) {
            var address = server.address();
            long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (ask(address, "/ready").getResponseCode() != 200 && System.nanoTime() < patience) {
                Thread.sleep(20);
            }
            assertThat(status(check.replace("8080", String.valueOf(address.getPort()))))
                    .isZero();
            assertThat(status(check.replace("8080", String.valueOf(address.getPort()))
                            .replace("/ready", "/nothing")))
                    .isNotZero();
        }
        assertThat(status(check.replace("8080", "1"))).isNotZero();
    }

    private int status(String command) throws Exception {
        var process = new ProcessBuilder("bash", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
