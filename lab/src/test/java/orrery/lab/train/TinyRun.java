package orrery.lab.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A model of a few thousand parameters, a text, and what a run of it does. */
final class TinyRun implements TrainingListener {
    static final String LLAMA = """
            {"model_type": "llama", "vocab_size": 257, "hidden_size": 24, "intermediate_size": 40,
             "num_hidden_layers": 2, "num_attention_heads": 3, "num_key_value_heads": 1, "head_dim": 8,
             "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "tie_word_embeddings": false}
            """;

    static final TrainingPlan PLAN =
            new TrainingPlan(12, 3, 10, 1e-2, 2, 0.1, 0.1, 1, OptimizerKind.ADAMW, 0.1, 0.1, 4, 7);

    final List<StepReport> steps = new ArrayList<>();
    final List<ValidationReport> validations = new ArrayList<>();
    final List<Integer> saved = new ArrayList<>();

    /** A config in a folder of its own. */
    static Path config(Path folder, String json) {
        try {
            return Files.writeString(
                    Files.createDirectories(folder.resolve("spec")).resolve("config.json"), json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path text(Path folder, String text) {
        try {
            return Files.writeString(folder.resolve("text.txt"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TrainingRun start(Path folder, String json, String text, TrainingPlan plan, Path out) {
        var tokens = new ByteTokens();
        var model = TrainedModel.read(config(folder, json), tokens);
        return TrainingRun.start(model, tokens, text(folder, text), plan, 2, out);
    }

    static TrainingRun resume(Path folder, String json, String text, TrainingPlan plan, int threads, Path out) {
        var tokens = new ByteTokens();
        var model = TrainedModel.read(config(folder, json), tokens);
        return TrainingRun.resume(model, tokens, text(folder, text), plan, threads, out);
    }

    @Override
    public void stepped(StepReport report) {
        steps.add(report);
    }

    @Override
    public void validated(ValidationReport report) {
        validations.add(report);
    }

    @Override
    public void saved(int step) {
        saved.add(step);
    }
}
