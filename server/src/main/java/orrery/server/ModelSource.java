package orrery.server;

import java.nio.file.Path;
import java.util.List;
import orrery.engine.EngineOptions;

/**
 * A model to serve.
 *
 * @param name what clients call it
 * @param aliases other names that it answers to
 * @param path a directory in Hugging Face's layout, or a GGUF file
 * @param options how it is run; {@link EngineOptions#maxSequences} answers run at the same time
 */
public record ModelSource(String name, List<String> aliases, Path path, EngineOptions options) {
    public ModelSource {
        aliases = List.copyOf(aliases);
    }
}
