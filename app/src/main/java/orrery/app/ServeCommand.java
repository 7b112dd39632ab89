package orrery.app;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.Front;
import orrery.app.terminal.Ticker;
import orrery.engine.EngineOptions;
import orrery.engine.TimeLimits;
import orrery.server.ModelSource;
import orrery.server.ModelSources;
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
                    + " alone, unless --host says otherwise, which needs an API key and TLS."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery serve",
            "  orrery serve --model path/to/model-Q4_K_M.gguf --port 9000",
            "  orrery serve --model small=path/to/small --model large=path/to/large.gguf",
            "  orrery serve --host 0.0.0.0 --api-key-file keys.txt --tls-cert server.crt --tls-key server.key",
            "  orrery serve --models-dir path/to/models --idle-unload 15m",
            "  curl localhost:8080/v1/models"
        })
final class ServeCommand implements Callable<Integer> {
    private static final int MOST_SEQUENCES = 64;

    private final Front front;

    @Mixin
    private final SourceFlags sourceFlags = new SourceFlags();

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
            names = "--strict",
            description = "refuse requests with unknown fields (default: name them in the header orrery-ignored)")
    private boolean strict;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            description = "how long open answers may go on after Ctrl-C or SIGTERM (default: 30)")
    private int drain = 30;

    @Mixin
    private final ListenFlags listenFlags = new ListenFlags();

    @Mixin
    private final LogFlags logFlags = new LogFlags();

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
        var options = listenFlags
                .applyTo(ServerOptions.defaults())
                .withQueue(within("--queue", queue, 0, 1024))
                .withStrict(strict)
                .withTimes(new TimeLimits(time("--max-wait", maxWait), time("--max-time", maxTime)))
                .withDrain(Duration.ofSeconds(within("--drain", drain, 0, 3600)));
        try (var _ = logFlags.start(front)) {
            return serve(
                    options,
                    sourceFlags.sources(engineFlags.options(EngineOptions.defaults()
                            .withMaxSequences(within("--max-sequences", maxSequences, 1, 1024))
                            .withMaxPauseMillis(within("--max-pause", maxPause, 1, 60_000))
                            .withContext(EngineOptions.LONGEST_CONTEXT))));
        }
    }

    private int serve(ServerOptions options, ModelSources sources) throws InterruptedException {
        var ended = new CountDownLatch(1);
        Server server;
        String first =
                sources.named().stream().map(ModelSource::name).findFirst().orElse("");
        try (var ticker = new Ticker(front, "loading " + first, logFlags.showsProgress() && !first.isEmpty())) {
            server = Server.start(
                    options, sources, (done, all) -> ticker.note("packing weights " + 100 * done / all + " %"));
        }
        var hook = Thread.ofPlatform().name("orrery-stop").unstarted(() -> {
            server.close();
            ended.countDown();
        });
        Runtime.getRuntime().addShutdownHook(hook);
        for (var source : sources.named()) {
            logFlags.say(front, "serving " + source.name() + " (" + source.path() + ")");
        }
        sources.folder().ifPresent(folder -> logFlags.say(front, "serving the models in " + folder.path()));
        logFlags.say(front, "listening on " + server.address() + " (Ctrl-C ends it)");
        try {
            ended.await();
        } finally {
            server.close();
        }
        return 0;
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
