package orrery.format;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import orrery.tensor.Tensor;

/** A model in GGUF: one file with metadata, vocabulary and weights, or several splits of such a file. */
public final class GgufModel implements ModelFile {
    private static final String NUMBER = "split.no";
    private static final String COUNT = "split.count";
    private static final String TENSORS = "split.tensors.count";

    private final Path path;
    private final Metadata metadata;
    private final List<Gguf> files;
    private final SortedMap<String, Tensor> tensors;
    private final SortedMap<String, ForeignTensor> foreign;
    private final List<String> aside;

    private GgufModel(
            Path path,
            Metadata metadata,
            List<Gguf> files,
            SortedMap<String, Tensor> tensors,
            SortedMap<String, ForeignTensor> foreign,
            List<String> aside) {
        this.path = path;
        this.metadata = metadata;
        this.files = List.copyOf(files);
        this.tensors = Collections.unmodifiableSortedMap(tensors);
        this.foreign = Collections.unmodifiableSortedMap(foreign);
        this.aside = aside;
    }

    /** As {@link ModelFile#open}. */
    static GgufModel open(Path path, GgufFiles found) {
        List<Gguf> files = new ArrayList<>();
        try {
            found.files().forEach(file -> files.add(Gguf.open(file)));
            Metadata metadata =
                    metadata(files.getFirst().file(), files.getFirst().values());
            requireSplits(files, metadata);
            SortedMap<String, Tensor> tensors = merged(files, Gguf::tensors);
            SortedMap<String, ForeignTensor> foreign = merged(files, Gguf::foreignTensors);
            requireTensors(files.getFirst().file(), metadata, tensors.size() + foreign.size());
            return new GgufModel(path, metadata, files, tensors, foreign, found.aside());
        } catch (RuntimeException e) {
            files.forEach(Gguf::close);
            throw e;
        }
    }

    /** As {@link ModelFile#readMetadata}. */
    static Metadata readMetadata(GgufFiles found) {
        Path first = found.files().getFirst();
        return metadata(first, Gguf.readValues(first));
    }

    private static Metadata metadata(Path file, Map<String, Object> values) {
        return Metadata.of(String.valueOf(file.getFileName()), values);
    }

    /** Checks that each file's split number matches its name, and that it has no metadata that the first file lacks. */
    private static void requireSplits(List<Gguf> files, Metadata first) {
        int count = first.integer(COUNT, 1);
        if (Math.max(count, 1) != files.size()) {
            throw new FormatException(files.getFirst().file() + ": " + COUNT + " is " + count + ", but "
                    + (files.size() == 1
                            ? "the name is not that of a split; expected NAME-00001-of-%05d.gguf".formatted(count)
                            : "the name says " + files.size()));
        }
        for (int i = 0; i < files.size(); i++) {
            Gguf file = files.get(i);
            Metadata own = metadata(file.file(), file.values());
            int number = own.integer(NUMBER, 0);
            if (number != i || (i > 0 && own.integer(COUNT) != count)) {
                throw new FormatException(file.file() + ": it says that it is split " + number + " of "
                        + own.integer(COUNT, 1) + ", counted from 0; its name says " + i + " of " + files.size());
            }
            file.values().forEach((key, value) -> {
                boolean of = key.equals(NUMBER) || key.equals(GgufHeader.ALIGNMENT);
                if (!of && !value.equals(files.getFirst().values().get(key))) {
                    throw new FormatException(file.file() + ": " + Excerpt.plain(key) + " is "
                            + Excerpt.described(value) + ", expected what the first split says");
                }
            });
        }
    }

    private static <T> SortedMap<String, T> merged(List<Gguf> files, Function<Gguf, Map<String, T>> part) {
        SortedMap<String, T> tensors = new TreeMap<>();
        Map<String, Path> places = new HashMap<>();
        for (Gguf file : files) {
            part.apply(file).forEach((name, tensor) -> {
                Path earlier = places.put(name, file.file());
                if (earlier != null) {
                    throw new FormatException(file.file() + ": tensor " + Excerpt.quoted(name) + " is in "
                            + earlier.getFileName() + " too, expected it in one split");
                }
                tensors.put(name, tensor);
            });
        }
        return tensors;
    }

    private static void requireTensors(Path file, Metadata metadata, int tensors) {
        int expected = metadata.integer(TENSORS, tensors);
        if (expected != tensors) {
            throw new FormatException(
                    file + ": " + TENSORS + " is " + expected + ", but the splits hold " + tensors + " tensors");
        }
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public String name() {
        return GgufFiles.nameOf(files.getFirst().file());
    }

    @Override
    public List<Path> files() {
        return files.stream().map(Gguf::file).toList();
    }

    @Override
    public Metadata metadata() {
        return metadata;
    }

    @Override
    public SortedMap<String, Tensor> tensors() {
        return tensors;
    }

    @Override
    public SortedMap<String, ForeignTensor> foreignTensors() {
        return foreign;
    }

    @Override
    public List<String> notes() {
        return aside.stream()
                .map(name -> name + " is not read: only the text model runs")
                .toList();
    }

    @Override
    public void close() {
        files.forEach(Gguf::close);
    }
}
