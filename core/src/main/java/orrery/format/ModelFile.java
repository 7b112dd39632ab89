package orrery.format;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import orrery.tensor.Tensor;

/**
 * An open model: its metadata, and its tensors by name as mapped memory, until it is closed.
 *
 * <p>The caller closes it, after the last reader of a tensor has finished.
 */
public sealed interface ModelFile extends AutoCloseable permits GgufModel, SafetensorsModel {

    /**
     * Opens a model directory: {@code config.json} with {@code model.safetensors}, or with shards and
     * {@code model.safetensors.index.json}, or with exactly one other {@code *.safetensors} file. Or opens a GGUF
     * model: a file, the first of its splits ({@code NAME-00001-of-00003.gguf}), or a directory that contains one such
     * model and no {@code config.json}.
     *
     * @throws FormatException if the path is none of these, or anything there is unreadable, damaged or contradictory
     */
    static ModelFile open(Path path) {
        Optional<GgufFiles> gguf = GgufFiles.at(path);
        return gguf.isPresent() ? GgufModel.open(path, gguf.get()) : SafetensorsModel.open(path);
    }

    /**
     * Reads {@code config.json} of a model directory, which may have no weights, or the metadata of a GGUF file under
     * its own keys.
     *
     * @throws FormatException if the path is neither a directory with a readable config.json nor a GGUF file with a
     *     readable header
     */
    static Metadata readMetadata(Path path) {
        return GgufFiles.at(path)
                .map(GgufModel::readMetadata)
                .orElseGet(() -> ModelDirectory.at(path).metadata());
    }

    /** Whether the path is a directory with a {@code config.json} and no file that could contain weights. */
    static boolean isConfigAlone(Path path) {
        return Files.isDirectory(path) && ModelDirectory.at(path).isConfigAlone();
    }

    /**
     * Whether {@link #open} reads the path as GGUF: a file that starts like one, or a directory of such files.
     *
     * @throws FormatException if the path has GGUF's extension and does not exist, or splits are missing, or a
     *     directory contains several models
     */
    static boolean isGguf(Path path) {
        return GgufFiles.at(path).isPresent();
    }

    /** The path, as it was given. */
    Path path();

    /** The model's name: that of its directory, or that of the GGUF file without the extension. */
    String name();

    /** The files that the tensors are mapped from, in order. */
    List<Path> files();

    /** The model's configuration; always the same object, which records the keys that were read. */
    Metadata metadata();

    /** Every tensor by its name in the file, in natural order; read-only memory that lives until {@link #close()}. */
    SortedMap<String, Tensor> tensors();

    /**
     * Tensors of unsupported types, by name; empty for every model that can be run. A model that has any can be
     * described.
     */
    default SortedMap<String, ForeignTensor> foreignTensors() {
        return Collections.emptySortedMap();
    }

    /** Other weights in the directory that are not read, in words; empty for most models. */
    List<String> notes();

    /** Unmaps every file; a second call does nothing. */
    @Override
    void close();
}
