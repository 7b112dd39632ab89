package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.catalog.CatalogException;
import orrery.catalog.Slice;
import orrery.catalog.SliceWriter;

/** An engine that runs a smaller model within the one in the files. */
class SlicedEngineTest {
    private static final Path WHOLE = Path.of("src", "test", "resources", "goldens", "gemma-3n");
    private static final Slice SLICE = Slice.parse("layers=0,2-4,6-7;ffn=50");

    @TempDir
    Path folder;

    private int[] answer(Path model, EngineOptions options) {
        try (var engine = Engine.open(model, options.withThreads(1).withPrefillRows(3));
                var session = engine.submit(
                        Request.of(3, 200, 45, 77, 11).withMaxTokens(9).withIgnoreStopIds(true))) {
            session.text();
            return session.tokens();
        }
    }

    @Test
    void answersAsTheWrittenSliceAndUnlikeTheWhole() throws Exception {
        var model = folder.resolve("model");
        Files.createDirectory(model);
        for (var name : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(WHOLE.resolve(name), model.resolve(name));
        }
        Files.copy(Demo.MODEL.resolve("tokenizer.json"), model.resolve("tokenizer.json"));
        var small = folder.resolve("small");
        SliceWriter.write(model, SLICE, small, false, (_, _) -> {});

        var sliced = answer(model, EngineOptions.defaults().withSlice(SLICE));

        assertThat(sliced)
                .hasSize(9)
                .isEqualTo(answer(small, EngineOptions.defaults()))
                .isNotEqualTo(answer(model, EngineOptions.defaults()));
    }

    @Test
    void aModelWithoutSlicesIsRefused() {
        assertThatThrownBy(() -> Demo.open(EngineOptions.defaults().withSlice(SLICE)))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("has no slices");
    }
}
