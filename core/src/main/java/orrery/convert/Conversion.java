package orrery.convert;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;
import orrery.catalog.Catalog;
import orrery.format.GgufMetadata;
import orrery.format.GgufWriter;
import orrery.format.MappedReads;
import orrery.format.ModelFile;
import orrery.format.TensorSource;
import orrery.spec.ArchitectureSpec;

/** A model that is to become a GGUF file: what will be in it, and then its writing. Whoever opens it closes it. */
public final class Conversion implements AutoCloseable {
    private final Path model;
    private final ModelFile file;
    private final ArchitectureSpec spec;
    private final GgufMetadata metadata;
    private final List<PlannedTensor> tensors;
    private final List<String> notes = new ArrayList<>();

    /** Told how many elements of all are written. */
    @FunctionalInterface
    public interface Progress {
        void at(long done, long all);
    }

    private Conversion(Path model, ModelFile file, Quantization wanted) {
        this.model = model;
        this.file = file;
        var checkpoint = Catalog.open(file);
        spec = checkpoint.description().spec();
        notes.addAll(checkpoint.notes());
        var choice = new TypeChoice(wanted, spec.layers().size());
        SequencedMap<String, TensorPlan.Unplanned> found;
        if (ModelFile.isGguf(model)) {
            metadata = CopiedKeys.of(file, notes);
            found = TensorPlan.of(file);
        } else {
            var architecture = Architecture.of(Catalog.modelType(file.metadata()));
            metadata = ArchitectureKeys.of(architecture, spec, notes);
            notes.addAll(CompanionKeys.put(metadata, file, spec.vocabSize()));
            var weights = new LinkedHashMap<>(checkpoint.weights());
            weights.putAll(Catalog.unusedWeights(file, spec));
            found = TensorPlan.of(architecture, spec, weights);
            spec.draft()
                    .ifPresent(_ -> notes.add("the layer of multi-token prediction is left out: GGUF files hold none"));
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
     * Opens a model and plans its file.
     *
     * @param model a directory in Hugging Face's layout, or a GGUF model, whose metadata and names are kept
     * @throws orrery.OrreryException if it cannot be read, or a GGUF file cannot say what it is
     */
    public static Conversion open(Path model, Quantization wanted) {
        var file = ModelFile.open(model);
        try {
            return MappedReads.reading(model, () -> new Conversion(model, file, wanted));
        } catch (RuntimeException | Error e) {
            try (file) {
                throw e;
            }
        }
    }

    /** Which tensors become what. */
    public Summary summary() {
        return Summary.of(tensors, bytes());
    }

    /** Bytes of the whole new file. */
    public long bytes() {
        return GgufWriter.size(metadata, sources(tensor -> new TensorSource(tensor.dtype(), tensor.shape(), _ -> {})));
    }

    /** In words, what is left out, and what became another type than was asked for. */
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
     * Writes the file, which appears complete or not at all; one that is there already is replaced.
     *
     * @param threads that encode
     * @throws orrery.OrreryException if a tensor holds what its type cannot, naming it and the row, or the file cannot be written
     */
    public void write(Path target, int threads, Progress progress) {
        long all =
                tensors.stream().mapToLong(tensor -> tensor.shape().elements()).sum();
        var done = new AtomicLong();
        try (var encoding = new Encoding(model, threads)) {
            var sources =
                    sources(tensor -> encoding.source(tensor, elements -> progress.at(done.addAndGet(elements), all)));
            MappedReads.reading(model, () -> {
                GgufWriter.write(target, metadata, sources, this::prove);
                return target;
            });
        }
    }

    /** What was written is opened before anybody else sees it: every tensor is there, understood, and part of the same model. */
    private void prove(Path written) {
        try (var copy = ModelFile.open(written)) {
            var again = Catalog.open(copy).description();
            if (again.spec().parameters() != spec.parameters()
                    || !again.spec().caches().equals(spec.caches())
                    || !again.spec().head().equals(spec.head())) {
                throw new IllegalStateException("what was made of " + model + " does not read back as the same model");
            }
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
