package orrery.convert;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import orrery.OrreryException;
import orrery.catalog.Catalog;
import orrery.catalog.GgufForm;
import orrery.catalog.OpenCheckpoint;
import orrery.format.GgufMetadata;
import orrery.format.GgufWriter;
import orrery.format.ModelFile;
import orrery.format.TensorSource;
import orrery.spec.ArchitectureSpec;

/** The conversion of a model to a GGUF file: first the plan of its contents, then the writing. The caller closes it. */
public final class Conversion implements AutoCloseable {
    private final Path model;
    private final OpenCheckpoint open;
    private final ArchitectureSpec spec;
    private final GgufMetadata metadata;
    private final List<PlannedTensor> tensors;
    private final Consumer<ArchitectureSpec> expected;
    private final List<String> notes = new ArrayList<>();

    /** Receives how many elements of all are written. */
    @FunctionalInterface
    public interface Progress {
        void at(long done, long all);
    }

    private Conversion(Path model, OpenCheckpoint open, Quantization wanted) {
        this.model = model;
        this.open = open;
        var file = open.file();
        var checkpoint = open.checkpoint();
        spec = checkpoint.description().spec();
        notes.addAll(checkpoint.notes());
        var choice = new TypeChoice(wanted, spec.layers().size());
        SequencedMap<String, TensorPlan.Unplanned> found;
        if (ModelFile.isGguf(model)) {
            metadata = CopiedKeys.of(file, notes);
            found = TensorPlan.of(file);
            expected = again -> GgufForm.requireSame(spec, again);
        } else {
            var weights = new LinkedHashMap<>(checkpoint.weights());
            weights.putAll(Catalog.unusedWeights(file, spec));
            var form = GgufForm.of(Catalog.modelType(file.metadata()), spec, weights::containsKey);
            notes.addAll(form.notes());
            metadata = new GgufMetadata();
            form.keys().forEach(metadata::value);
            notes.addAll(CompanionKeys.put(metadata, file, spec.vocabSize()));
            found = TensorPlan.of(form, weights);
            expected = form::require;
            spec.draft()
                    .ifPresent(_ -> notes.add("the MTP layer comes after the last layer, as blk."
                            + spec.layers().size() + ".nextn; programs that do not support it may refuse the file"));
        }
        metadata.count("general.file_type", wanted.fileType());
        if (wanted.dtype().blocked()) {
            metadata.count("general.quantization_version", 2);
        }
        tensors = found.entrySet().stream()
                .map(entry -> entry.getValue()
                        .as(
                                entry.getKey(),
                                choice.of(entry.getKey(), entry.getValue().shape())))
                .toList();
        notes.addAll(Summary.shortRows(tensors));
    }

    /**
     * Opens a model and plans the new file.
     *
     * @param model a directory in Hugging Face's layout, or a GGUF model, whose metadata and names are kept
     * @throws orrery.OrreryException if it cannot be read, or its architecture cannot be expressed in GGUF
     */
    public static Conversion open(Path model, Quantization wanted) {
        var open = OpenCheckpoint.open(model);
        try {
            return open.reading(() -> new Conversion(model, open, wanted));
        } catch (RuntimeException | Error e) {
            try (open) {
                throw e;
            }
        }
    }

    /** The tensors by type. */
    public Summary summary() {
        return Summary.of(tensors, bytes());
    }

    /** Bytes of the whole new file. */
    public long bytes() {
        return GgufWriter.size(metadata, sources(tensor -> new TensorSource(tensor.dtype(), tensor.shape(), _ -> {})));
    }

    /** In words, what is left out, and which tensors got another type than requested. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    private SequencedMap<String, TensorSource> sources(
            java.util.function.Function<PlannedTensor, TensorSource> source) {
        SequencedMap<String, TensorSource> sources = new LinkedHashMap<>();
        tensors.forEach(tensor -> sources.put(tensor.name(), source.apply(tensor)));
        return sources;
    }

    /**
     * Writes the file, which appears complete or not at all; an existing file is replaced.
     *
     * @param threads encoding threads
     * @throws orrery.OrreryException if a tensor has a value that its type cannot hold, naming it and the row, or the
     *     file cannot be written
     */
    public void write(Path target, int threads, Progress progress) {
        long all =
                tensors.stream().mapToLong(tensor -> tensor.shape().elements()).sum();
        var done = new AtomicLong();
        try (var encoding = new Encoding(model, threads)) {
            var sources =
                    sources(tensor -> encoding.source(tensor, elements -> progress.at(done.addAndGet(elements), all)));
            open.reading(() -> {
                GgufWriter.write(target, metadata, sources, written -> prove(target, written));
                return target;
            });
        }
    }

    /**
     * Reopens the result before it becomes visible, and checks that every tensor is there, understood, and part of the
     * same model.
     */
    private void prove(Path target, Path written) {
        try (var copy = OpenCheckpoint.open(written)) {
            expected.accept(copy.checkpoint().description().spec());
        } catch (OrreryException e) {
            // It still has its temporary name.
            String why = String.valueOf(e.getMessage()).replace(written.toString(), target.toString());
            throw new ConvertException("the new file could not be opened, so it was deleted: " + why, e);
        }
    }

    @Override
    public void close() {
        open.close();
    }
}
