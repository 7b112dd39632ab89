package orrery.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.CommandException;
import orrery.server.ServerOptions;
import orrery.server.Tls;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code --host}, {@code --port}, {@code --api-key-file}, {@code --tls-cert}, {@code --tls-key},
 * {@code --behind-proxy}, {@code --public-metrics}, {@code --cors-origin}: where a server listens and who may ask.
 */
final class ListenFlags {
    /** One more key, for tools that pass secrets to a process in its environment. */
    private static final String KEY_VARIABLE = "ORRERY_API_KEY";

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "the address to listen on (default: 127.0.0.1, which other machines cannot reach)")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "the port to listen on, 0 for any free one (default: 8080)")
    private int port = 8080;

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "accepted API keys, one a line, beside that in the environment variable " + KEY_VARIABLE
                    + "; needed where other machines can reach the server")
    private @Nullable Path keyFile;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "the certificate for HTTPS, in PEM, and after it those of its issuers")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "the certificate's private key, in PEM")
    private @Nullable Path key;

    @Option(
            names = "--behind-proxy",
            description =
                    "listen without TLS where other machines can reach the server, since a proxy in front of it has"
                            + " TLS")
    private boolean behindProxy;

    @Option(
            names = "--public-metrics",
            description = "answer /metrics without a key, for what watches the server and cannot send one")
    private boolean publicMetrics;

    @Option(
            names = "--cors-origin",
            paramLabel = "ORIGIN",
            description = "a page elsewhere that may use the server, such as https://chat.example.org; may be given"
                    + " several times")
    private List<String> origins = new ArrayList<>();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    /** The options with these flags. */
    ServerOptions applyTo(ServerOptions defaults) {
        if (port < 0 || port > 65_535) {
            throw usage("--port is " + port + ", expected 0 to 65535");
        }
        var options = defaults.withAddress(host, port)
                .withKeys(keys())
                .withBehindProxy(behindProxy)
                .withPublicMetrics(publicMetrics)
                .withOrigins(new LinkedHashSet<>(origins));
        if (certificate != null && key != null) {
            return options.withTls(Tls.read(certificate, key));
        }
        if (certificate != null || key != null) {
            throw usage("--tls-cert and --tls-key belong together, and " + (key == null ? "--tls-key" : "--tls-cert")
                    + " is missing");
        }
        return options;
    }

    private List<String> keys() {
        var keys = new ArrayList<String>();
        String variable = System.getenv(KEY_VARIABLE);
        if (variable != null && !variable.isBlank()) {
            keys.add(variable.strip());
        }
        if (keyFile == null) {
            return keys;
        }
        try {
            int before = keys.size();
            Files.readAllLines(keyFile).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .forEach(keys::add);
            if (keys.size() == before) {
                throw new CommandException(keyFile + " holds no API key, expected one a line");
            }
            return keys;
        } catch (IOException e) {
            throw new CommandException("the API keys cannot be read: " + e, e);
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
