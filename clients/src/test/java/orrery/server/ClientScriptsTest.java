package orrery.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The vendors' own packages for Python and JavaScript. {@code ORRERY_PYTHON} names a Python that has {@code openai} and
 * {@code anthropic}, {@code ORRERY_NODE_MODULES} a {@code node_modules} with {@code openai} and
 * {@code @anthropic-ai/sdk}.
 */
class ClientScriptsTest {
    @RegisterExtension
    static final ClientServers servers = new ClientServers();

    @ParameterizedTest
    @ValueSource(strings = {"openai_client.py", "anthropic_client.py"})
    void passesInPython(String script) throws Exception {
        run(named("ORRERY_PYTHON", "a Python that has openai and anthropic"), script);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai_client.cjs", "anthropic_client.cjs"})
    void passesInJavaScript(String script) throws Exception {
        named("ORRERY_NODE_MODULES", "a node_modules with openai and @anthropic-ai/sdk");
        run("node", script);
    }

    private static String named(String variable, String what) {
        String value = System.getenv().getOrDefault(variable, "");
        assumeTrue(!value.isEmpty(), variable + " names no " + what.replaceFirst("^a ", ""));
        return value;
    }

    private static void run(String program, String script) throws IOException, InterruptedException {
        Path output = Files.createTempFile(servers.folder, "output", ".txt");
        var builder = new ProcessBuilder(List.of(
                        program,
                        Path.of("src", "test", "scripts", script)
                                .toAbsolutePath()
                                .toString()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("ORRERY_CLIENTS", servers.told().toString());
        builder.environment().put("NODE_PATH", System.getenv().getOrDefault("ORRERY_NODE_MODULES", ""));
        builder.environment().put("PYTHONIOENCODING", "utf-8");
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        var process = builder.start();
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        process.destroyForcibly();
        String said = Files.readString(output, UTF_8);

        assertThat(ended).as(said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said).contains("passed: errors");
    }
}
