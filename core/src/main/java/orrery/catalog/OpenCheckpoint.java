package orrery.catalog;

import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import orrery.format.MappedReads;
import orrery.format.ModelFile;

/**
 * A model's open files and the weights found in them; every reader of a model starts here. The caller that opens it
 * closes it, after the last reader of the weights.
 *
 * @param file a model directory or a GGUF file
 * @param checkpoint its tensors under the paths of its spec
 */
public record OpenCheckpoint(ModelFile file, Checkpoint checkpoint) implements AutoCloseable {

    /**
     * Opens anything that {@link ModelFile#open} takes.
     *
     * @throws orrery.OrreryException if it cannot be read, or its tensors do not match its config
     */
    public static OpenCheckpoint open(Path model) {
        if (ModelFile.isConfigAlone(model)) {
            requireNoRelease(model);
        }
        var file = ModelFile.open(model);
        try {
            return new OpenCheckpoint(file, Catalog.open(file));
        } catch (RuntimeException | Error e) {
            try (file) {
                throw e;
            }
        }
    }

    /** Says where the weights are, if the catalog knows it. */
    private static void requireNoRelease(Path model) {
        var described = Catalog.describe(model.toString()).spec();
        var releases = Catalog.releases().stream()
                .filter(release -> release.spec().withName(described.name()).equals(described))
                .toList();
        if (!releases.isEmpty()) {
            throw new CatalogException(model + " holds no weights; its config.json is that of "
                    + releases.stream()
                            .map(release -> release.name() + ", whose weights are at " + release.card())
                            .collect(Collectors.joining(", or of ")));
        }
    }

    /** Runs code that reads the mapped weights; see {@link MappedReads#reading}. */
    public <T> T reading(Supplier<T> read) {
        return MappedReads.reading(file.path(), read);
    }

    @Override
    public void close() {
        file.close();
    }
}
