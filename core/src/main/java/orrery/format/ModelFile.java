package orrery.format;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import orrery.tensor.Tensor;

/**
 * An open model: what it says about itself, and its tensors by name as mapped memory, until it is closed.
 *
 * <p>Whoever opens it closes it, after the last reader of a tensor has finished.
 */
public sealed interface ModelFile extends AutoCloseable permits SafetensorsModel {

    /**
     * Opens a model directory: {@code config.json} beside {@code model.safetensors}, or beside shards and
     * {@code model.safetensors.index.json}, or beside exactly one other {@code *.safetensors} file.
     *
     * @throws FormatException if the path is not such a directory, or anything in it is unreadable, damaged or contradictory
     */
    static ModelFile open(Path path) {
        return SafetensorsModel.open(path);
    }

    /**
     * Reads {@code config.json} of a model directory; weights may be absent.
     *
     * @throws FormatException if the path is not a directory with a readable config.json
     */
    static Metadata readMetadata(Path path) {
        return ModelDirectory.at(path).metadata();
    }

    /** What was opened, as given. */
    Path path();

    /** The model's configuration; always the same object, which remembers what was read. */
    Metadata metadata();

    /** Every tensor by its name in the file, in natural order; read-only memory that lives until {@link #close()}. */
    SortedMap<String, Tensor> tensors();

    /** In words, which other weights lie in the directory and are not read; empty for most models. */
    List<String> notes();

    /** Unmaps every file; a second call does nothing. */
    @Override
    void close();
}
