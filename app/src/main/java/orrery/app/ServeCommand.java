package orrery.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;
import orrery.app.terminal.Ticker;
import orrery.engine.EngineOptions;
import orrery.engine.TimeLimits;
import orrery.server.ModelSource;
import orrery.server.Server;
import orrery.server.ServerOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code serve}: models behind HTTP. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Serves models over HTTP to clients of OpenAI's and Anthropic's APIs and to a browser, until Ctrl-C or SIGTERM.",
            "",
            "Many clients share one model: each step computes a token for every answer that runs. It listens on this machine"
                    + " alone, unless --host says otherwise, which needs an API key."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery serve",
            "  orrery serve --model path/to/model-Q4_K_M.gguf --port 9000",
            "  orrery serve --model small=path/to/small --model large=path/to/large.gguf",
            "  curl localhost:8080/v1/models"
        })
final class ServeCommand implements Callable<Integer> {
    private static final int MOST_SEQUENCES = 64;

    private final Front front;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "[NAME=]MODEL",
            description =
                    "a model's directory, in Hugging Face's layout, or a GGUF file, under a name of its own or that of"
                            + " the file; may be given several times (default: the small model that comes with Orrery)")
    private List<String> models = new ArrayList<>();

    @Option(
            names = "--alias",
            paramLabel = "NAME",
            description = "another name for the first model; may be given several times")
    private List<String> aliases = new ArrayList<>();

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
            names = "--max-sequences",
            paramLabel = "N",
            description = "answers of a model that run at the same time (default: 64)")
    private int maxSequences = MOST_SEQUENCES;

    @Option(
            names = "--max-pause",
            paramLabel = "MS",
            description =
                    "how long a step should take at most while answers wait for their next token: prompts are read in"
                            + " parts that small (default: 200)")
    private int maxPause = 200;

    @Option(
            names = "--queue",
            paramLabel = "N",
            description = "answers that may wait for each that may run; beyond it clients get 429 (default: 4)")
    private int queue = 4;

    @Option(
            names = "--max-wait",
            paramLabel = "SECONDS",
            description = "how long a request may wait for its turn; then its client gets 503 (default: any time)")
    private @Nullable Double maxWait;

    @Option(
            names = "--max-time",
            paramLabel = "SECONDS",
            description = "how long a request may take; then its answer ends as by its token limit (default: any time)")
    private @Nullable Double maxTime;

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "accepted API keys, one a line; needed where other machines can reach the server")
    private @Nullable Path keyFile;

    @Option(
            names = "--cors-origin",
            paramLabel = "ORIGIN",
            description = "a page elsewhere that may use the server, such as https://chat.example.org; may be given"
                    + " several times")
    private List<String> origins = new ArrayList<>();

    @Option(
            names = "--strict",
            description = "refuse requests with unknown fields (default: name them in the header orrery-ignored)")
    private boolean strict;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            description = "how long open answers may go on after Ctrl-C or SIGTERM (default: 30)")
    private int drain = 30;

    @Option(
            names = {"-q", "--quiet"},
            description = "nothing but errors")
    private boolean quiet;

    @Mixin
    private final EngineFlags engineFlags = new EngineFlags();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    ServeCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() throws InterruptedException {
        var options = ServerOptions.defaults()
                .withAddress(host, within("--port", port, 0, 65_535))
                .withQueue(within("--queue", queue, 0, 1024))
                .withKeys(keys())
                .withOrigins(new LinkedHashSet<>(origins))
                .withStrict(strict)
                .withTimes(new TimeLimits(time("--max-wait", maxWait), time("--max-time", maxTime)))
                .withDrain(Duration.ofSeconds(within("--drain", drain, 0, 3600)));
        var ended = new CountDownLatch(1);
        var sources = sources();
        Server server;
        try (var ticker = new Ticker(front, "loading " + sources.getFirst().name(), !quiet)) {
            server = Server.start(
                    options, sources, (done, all) -> ticker.note("packing weights " + 100 * done / all + " %"));
        }
        var hook = Thread.ofPlatform().name("orrery-stop").unstarted(() -> {
            server.close();
            ended.countDown();
        });
        Runtime.getRuntime().addShutdownHook(hook);
        if (!quiet) {
            for (var source : sources) {
                front.err().println("serving " + source.name() + " (" + source.path() + ")");
            }
            front.err().println("listening on " + server.address() + " (Ctrl-C ends it)");
            front.err().flush();
        }
        try {
            ended.await();
        } finally {
            server.close();
        }
        return 0;
    }

    private List<ModelSource> sources() {
        Map<String, Path> paths = new LinkedHashMap<>();
        if (models.isEmpty()) {
            paths.put("demo", new ModelOption().path());
        }
        for (String given : models) {
            int sign = given.indexOf('=');
            // A path may hold the sign, too: a name has no separator.
            boolean named = sign > 0
                    && given.substring(0, sign).matches("[A-Za-z0-9][A-Za-z0-9._:/-]*")
                    && !Files.exists(Path.of(given));
            var path = ModelOption.existing(Path.of(named ? given.substring(sign + 1) : given));
            String name = named ? given.substring(0, sign) : nameOf(path);
            if (paths.putIfAbsent(name, path) != null) {
                throw usage("two models are called " + name + "; name them by --model NAME=MODEL");
            }
        }
        for (String alias : aliases) {
            if (paths.containsKey(alias)) {
                throw usage("--alias " + alias + " is the name of a model already");
            }
        }
        var engine = engineFlags.options(EngineOptions.defaults()
                .withMaxSequences(within("--max-sequences", maxSequences, 1, 1024))
                .withMaxPauseMillis(within("--max-pause", maxPause, 1, 60_000))
                .withContext(EngineOptions.LONGEST_CONTEXT));
        var sources = new ArrayList<ModelSource>();
        paths.forEach((name, path) ->
                sources.add(new ModelSource(name, sources.isEmpty() ? aliases : List.of(), path, engine)));
        return sources;
    }

    private static String nameOf(Path path) {
        String file = path.toAbsolutePath().normalize().getFileName().toString();
        return file.endsWith(".gguf") ? file.substring(0, file.length() - ".gguf".length()) : file;
    }

    private List<String> keys() {
        if (keyFile == null) {
            return List.of();
        }
        try {
            var keys = Files.readAllLines(keyFile).stream()
                    .map(String::strip)
                    .filter(key -> !key.isEmpty())
                    .toList();
            if (keys.isEmpty()) {
                throw new CommandException(keyFile + " holds no API key, expected one a line");
            }
            return keys;
        } catch (IOException e) {
            throw new CommandException("the API keys cannot be read: " + e, e);
        }
    }

    private Optional<Duration> time(String option, @Nullable Double seconds) {
        if (seconds == null) {
            return Optional.empty();
        }
        if (!(seconds >= 0.001 && seconds <= 1e9)) {
            throw usage(option + " is " + seconds + ", expected 0.001 to 1000000000 seconds");
        }
        return Optional.of(Duration.ofMillis(Math.round(seconds * 1000)));
    }

    private int within(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw usage(option + " is " + value + ", expected " + least + " to " + most);
        }
        return value;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
