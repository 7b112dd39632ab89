package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.OrreryException;
import orrery.catalog.OpenCheckpoint;
import orrery.model.Weights;

/** Opening a model uses the kernels and the parts of its files that the options name. */
final class BoundModelTest {
    private static final BoundModel.Use ONE_ROW = new BoundModel.Use(1, 1, 0, false);

    private static String kernels(Path path, EngineOptions options) {
        try (var open = OpenCheckpoint.open(path)) {
            var checkpoint = options.partOf(open.checkpoint());
            var weights = new Weights(checkpoint.description().spec(), checkpoint.weights());
            try (var model = BoundModel.of(weights, options, ONE_ROW, LoadListener.NONE)) {
                assertThat(model.decoder().maxRows()).isEqualTo(1);
                assertThat(model.notes()).isEmpty();
                return model.kernels();
            }
        }
    }

    @Test
    void choosesKernelsAsTheEngineDoes() {
        for (var options : List.of(
                EngineOptions.defaults(),
                EngineOptions.defaults().withBackend("scalar"),
                EngineOptions.defaults().withBackend("vector").withThreads(2))) {
            try (var engine = Engine.open(Demo.MODEL, options)) {
                assertThat(kernels(Demo.MODEL, options)).isEqualTo(engine.kernels());
            }
        }
    }

    @Test
    void refusesKernelsThatDoNotTakeTheModel() {
        var loops = EngineOptions.defaults().withBackend("loops");
        assertThat(kernels(Demo.MODEL, loops)).startsWith("plain loops");
        assertThatThrownBy(() -> kernels(DraftingModels.GOLDEN, loops))
                .isInstanceOf(OrreryException.class)
                .hasMessageContaining("the backend \"loops\" does not take this model")
                .hasMessageContaining("vector or scalar");
    }

    @Test
    void bindsADraftOnlyWhereItGuesses(@TempDir Path folder) {
        var model = DraftingModels.RANDOM.in(folder);
        var bytes = new ArrayList<Long>();
        for (var speculation : List.of(Speculation.NONE, Speculation.MTP)) {
            try (var engine = Engine.open(model, EngineOptions.defaults().withSpeculation(speculation))) {
                bytes.add(engine.weightBytes());
            }
        }
        try (var open = OpenCheckpoint.open(model)) {
            var spec = open.checkpoint().description().spec();
            // In F32.
            assertThat(bytes.getLast() - bytes.getFirst()).isEqualTo(4 * spec.draftParameters());
        }
    }
}
