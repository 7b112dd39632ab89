package orrery.server;

import java.nio.file.Path;
import java.util.List;
import orrery.engine.EngineOptions;

/**
 * A model to serve.
 *
 * @param name its name in requests
 * @param aliases further names
 * @param path a directory in Hugging Face's layout, or a GGUF file
 * @param options how to run it; {@link EngineOptions#maxSequences} sequences run at the same time
 */
public record ModelSource(String name, List<String> aliases, Path path, EngineOptions options) {
    public ModelSource {
        aliases = List.copyOf(aliases);
    }
}
