package orrery.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.engine.EngineException;
import orrery.engine.EngineOptions;

/** What clients are told of a model that could not be loaded. */
class LoadFailureTest {
    private static final String LOG = "the model 'large' could not be loaded; the server's log has the reason";

    private static String told(Path path, Throwable why) {
        var error = LoadFailure.of(new ListedModel("large", List.of(), path, EngineOptions.defaults(), 4), why);
        assertThat(error.status()).isEqualTo(503);
        return String.valueOf(error.getMessage());
    }

    @Test
    void saysTheReasonWithTheModelsNameForItsPlace(@TempDir Path folder) {
        var path = folder.resolve("secret").resolve("m.gguf");
        assertThat(told(path, new EngineException(path + ": the file ends at byte 7")))
                .isEqualTo("the model 'large' could not be loaded: large: the file ends at byte 7");
        var relative = Path.of("some", "where");
        assertThat(told(relative, new EngineException("no config.json in " + relative.toAbsolutePath())))
                .isEqualTo("the model 'large' could not be loaded: no config.json in large");
        assertThat(told(path, new EngineException("num_heads is 3/4 of 8, expected and/or more")))
                .endsWith("num_heads is 3/4 of 8, expected and/or more");
    }

    @Test
    void hidesPathsAndInternalErrors(@TempDir Path folder) {
        assertThat(told(folder, new EngineException("/etc/passwd is not a model")))
                .isEqualTo(LOG);
        assertThat(told(folder, new EngineException("read (/srv/models/x)"))).isEqualTo(LOG);
        assertThat(told(folder, new EngineException("C:\\models\\x is not a model")))
                .isEqualTo(LOG);
        assertThat(told(folder, new IllegalStateException("at index 3"))).isEqualTo(LOG);
        assertThat(told(folder, new OutOfMemoryError())).isEqualTo(LOG);
    }
}
