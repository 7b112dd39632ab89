package orrery.app;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import orrery.app.measure.MeasuredText;
import orrery.app.terminal.Front;
import orrery.engine.EngineOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --text}, {@code --window} and {@link ComputeFlags}: the text that models are measured on, and how. */
final class MeasuringFlags {
    @Option(
            names = {"-t", "--text"},
            required = true,
            paramLabel = "FILE",
            description = "a UTF-8 text file; - for standard input")
    @SuppressWarnings("NullAway.Init")
    private Path text;

    @Option(
            names = {"-w", "--window"},
            paramLabel = "N",
            description = "window length in tokens (default: 512, or as many as there are)")
    private @Nullable Integer window;

    @Mixin
    private final ComputeFlags compute = new ComputeFlags();

    static final int USUAL_WINDOW = 512;

    String text(Front front) {
        return name().equals("-") ? front.readInput() : MeasuredText.read(text);
    }

    String name() {
        return text.toString();
    }

    OptionalInt window() {
        return window == null ? OptionalInt.empty() : OptionalInt.of(window);
    }

    /** The options of the measured models. */
    EngineOptions options() {
        return compute.options(EngineOptions.defaults());
    }
}
