package orrery.catalog;

import java.nio.file.Path;
import java.util.function.Supplier;
import orrery.format.MappedReads;
import orrery.format.ModelFile;

/**
 * A model's open files and the weights found in them: where everything that reads a model begins. The
 * caller that opens it closes it, after the last reader of the weights.
 *
 * @param file a model directory or a GGUF file
 * @param checkpoint its tensors under the paths of its spec
 */
public record OpenCheckpoint(ModelFile file, Checkpoint checkpoint) implements AutoCloseable {

    /**
     * Opens what {@link ModelFile#open} takes.
     *
     * @throws orrery.OrreryException if it cannot be read, or its tensors are not those of its config
     */
    public static OpenCheckpoint open(Path model) {
        var file = ModelFile.open(model);
        try {
            return new OpenCheckpoint(file, Catalog.open(file));
        } catch (RuntimeException | Error e) {
            try (file) {
                throw e;
            }
        }
    }

    /** Runs what reads the mapped weights; see {@link MappedReads#reading}. */
    public <T> T reading(Supplier<T> read) {
        return MappedReads.reading(file.path(), read);
    }

    @Override
    public void close() {
        file.close();
    }
}
