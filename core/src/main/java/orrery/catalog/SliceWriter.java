package orrery.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import orrery.format.FormatException;
import orrery.format.ModelFile;
import orrery.format.NewDirectory;
import orrery.format.SafetensorsWriter;
import orrery.format.TensorSource;
import orrery.spec.ArchitectureSpec;

/** Writes a {@link Slice} of a model as a separate model, in the same dtypes, streamed from the mapped file. */
public final class SliceWriter {
    private static final String CONFIG = "config.json";

    /** Files besides its tokenizer's that a text model needs, or that its licence requires to be included. */
    private static final Set<String> COMPANIONS =
            Set.of("generation_config.json", "LICENSE", "LICENSE.txt", "NOTICE", "NOTICE.txt");

    private SliceWriter() {}

    /** Receives how many of all bytes are written. */
    @FunctionalInterface
    public interface Progress {
        void at(long bytes, long all);
    }

    /**
     * What was written.
     *
     * @param cut what was kept
     * @param spec as it reads back, under the new directory's name
     * @param bytes of all tensors
     * @param copied other files, unchanged
     * @param leftOut in words, what else of the model the slice does not contain
     */
    public record Written(Cut cut, ArchitectureSpec spec, long bytes, List<String> copied, List<String> leftOut) {}

    /**
     * Writes the slice as a directory that appears complete or not at all.
     *
     * @param model a model directory, which is not changed
     * @param target the new directory; its parent has to exist
     * @param replace whether an existing model may be replaced
     * @throws orrery.OrreryException if the model cannot be read, has no such slice, or the directory cannot be written
     */
    public static Written write(Path model, Slice slice, Path target, boolean replace, Progress progress) {
        if (ModelFile.isGguf(model)) {
            throw new CatalogException(model
                    + " is a GGUF file, and a slice of it can be run but not written; expected a model directory");
        }
        try (var open = OpenCheckpoint.open(model)) {
            var file = open.file();
            var whole = open.checkpoint();
            var cut = slice.of(whole.description().spec());
            requireElsewhere(model, target);
            var tensors = new SlicedTensors(file, Catalog.tensorNames(file, cut.whole()), cut).sources();
            long all = tensors.values().stream().mapToLong(TensorSource::bytes).sum();
            var copied = new ArrayList<String>();
            NewDirectory.write(target, replace, directory -> {
                copied.addAll(TokenizerFiles.copy(model, directory, COMPANIONS));
                SlicedConfig.write(model.resolve(CONFIG), cut, directory.resolve(CONFIG));
                open.reading(() -> writeTensors(directory, tensors, all, progress));
                requireSame(cut, read(directory));
            });
            return new Written(cut, read(target), all, List.copyOf(copied), whole.notes());
        }
    }

    private static void requireElsewhere(Path model, Path target) {
        try {
            if (Files.exists(target) && Files.isSameFile(model, target)) {
                throw new CatalogException(target + " is the model that is cut; expected another directory");
            }
        } catch (IOException e) {
            throw new FormatException(
                    "could not determine whether " + target + " is " + model + ": " + FormatException.reason(e), e);
        }
    }

    private static Path writeTensors(Path directory, Map<String, TensorSource> tensors, long all, Progress progress) {
        var weights = directory.resolve("model.safetensors");
        var counted = new TreeMap<String, TensorSource>();
        var counter = new ByteCounter(bytes -> progress.at(bytes, all));
        tensors.forEach((name, tensor) -> counted.put(name, counter.counting(tensor)));
        SafetensorsWriter.writeSources(weights, counted, Map.of("format", "pt"));
        return weights;
    }

    private static ArchitectureSpec read(Path directory) {
        try (var open = OpenCheckpoint.open(directory)) {
            return open.checkpoint().description().spec();
        }
    }

    /**
     * Reopens the result before it becomes visible: checks that every tensor is there, and that the config is right.
     */
    private static void requireSame(Cut cut, ArchitectureSpec written) {
        if (!written.withName("").equals(cut.spec().withName(""))) {
            throw new IllegalStateException(
                    "the slice of " + cut.whole().name() + " does not read back as the model that was cut");
        }
    }
}
