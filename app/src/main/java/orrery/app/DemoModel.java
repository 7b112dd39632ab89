package orrery.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Collectors;
import orrery.app.terminal.CommandException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The small models that come with Orrery, one of each form; the first is used where no model is named. */
enum DemoModel {
    GEMMA3("gemma3", "Gemma 3", "demo-model"),
    DEEPSEEK("deepseek", "DeepSeek V3: latent attention, experts, multi-token prediction"),
    GEMMA3N("gemma3n", "Gemma 3n: parallel streams, per-layer embeddings (--slice ffn=192)"),
    LLAMA4("llama4", "Llama 4: one expert of eight, chunks, layers without positions"),
    OLMO2("olmo2", "OLMo 2: norms after the blocks"),
    QWEN3("qwen3", "Qwen 3: QK-norm for each head");

    static final String DESCRIPTION = "one of the small models that come with Orrery: ${COMPLETION-CANDIDATES}";

    private final String label;
    private final String form;
    private final String place;

    DemoModel(String label, String form, String place) {
        this.label = label;
        this.form = form;
        this.place = place;
    }

    DemoModel(String label, String form) {
        this(label, form, "demo-models/" + label + "/" + label + ".gguf");
    }

    /** As it is written after {@code --demo}. */
    String label() {
        return label;
    }

    /** Whose form it has, and what of that is special. */
    String form() {
        return form;
    }

    /**
     * Where it is.
     *
     * @throws CommandException if it is not there, or the program was not started by its launcher
     */
    Path path() {
        String home = System.getProperty("orrery.home");
        if (home == null) {
            throw new CommandException(
                    "no model is named, and the program was not started by ./orrery; name one with --model MODEL");
        }
        var path = Path.of(home, place.split("/"));
        if (!Files.exists(path)) {
            throw new CommandException("the demo model is not at " + path + "; name a model with --model MODEL");
        }
        return path;
    }

    private static String labels() {
        return Arrays.stream(values()).map(DemoModel::label).collect(Collectors.joining(", "));
    }

    /** The values of {@code --demo}, for help and completion. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(values()).map(DemoModel::label).iterator();
        }
    }

    /** {@code --demo}. */
    static final class Converter implements ITypeConverter<DemoModel> {
        @Override
        public DemoModel convert(String text) {
            return Arrays.stream(values())
                    .filter(demo -> demo.label.equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "there is no demo model \"" + text + "\", expected one of " + labels()));
        }
    }
}
