package orrery.app;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
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
 * {@code --behind-proxy}, {@code --public-metrics}, {@code --cors-origin}: the server's address and access to it.
 */
final class ListenFlags {
    /** Has another key, for tools that pass secrets in the environment. */
    private static final String KEY_VARIABLE = "ORRERY_API_KEY";

    /** Browsers write it in lower case and end it without a slash. */
    private static final Pattern ORIGIN = Pattern.compile("\\*|null|file://|[a-z][a-z0-9+.-]*://[^/\\s?#A-Z]+");

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
            description = "accepted API keys, one per line, in addition to the environment variable " + KEY_VARIABLE
                    + "; needed where other machines can reach the server")
    private @Nullable Path keyFile;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "the certificate for HTTPS, in PEM, followed by those of its issuers")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "the certificate's private key, in PEM")
    private @Nullable Path key;

    @Option(
            names = "--behind-proxy",
            description = "serve HTTP to other machines, because a proxy in front of the server terminates TLS")
    private boolean behindProxy;

    @Option(
            names = "--public-metrics",
            description = "serve /metrics without a key, for a monitor that cannot send one")
    private boolean publicMetrics;

    @Option(
            names = "--cors-origin",
            paramLabel = "ORIGIN",
            description = "an origin whose pages may use the server, such as https://chat.example.org; may be repeated")
    private List<String> origins = new ArrayList<>();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    /** These defaults, changed by the flags. */
    ServerOptions applyTo(ServerOptions defaults) {
        if (port < 0 || port > 65_535) {
            throw usage("--port is " + port + ", expected 0 to 65535");
        }
        for (String origin : origins) {
            if (!ORIGIN.matcher(origin).matches()) {
                throw usage(
                        "--cors-origin is " + origin + ", expected what a browser sends: scheme, host and port alone,"
                                + " such as https://chat.example.org, or *");
            }
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
            throw usage("--tls-cert and --tls-key are needed together, but "
                    + (key == null ? "--tls-key" : "--tls-cert") + " is missing");
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
                throw new CommandException(keyFile + " has no API key, expected one per line");
            }
            return keys;
        } catch (NoSuchFileException e) {
            throw new CommandException("there is no file of API keys at " + keyFile, e);
        } catch (CharacterCodingException e) {
            throw new CommandException(keyFile + " is not UTF-8 text, expected API keys, one a line", e);
        } catch (IOException e) {
            throw new CommandException("the API keys cannot be read: " + e, e);
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
