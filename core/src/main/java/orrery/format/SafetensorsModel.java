package orrery.format;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import orrery.tensor.Tensor;

/** A model directory whose weights are in one safetensors file, or in several shards with an index. */
public final class SafetensorsModel implements ModelFile {
    static final String EXTENSION = ".safetensors";

    private final Path path;
    private final Metadata metadata;
    private final List<Safetensors> files;
    private final SortedMap<String, Tensor> tensors;

    private SafetensorsModel(Path path, Metadata metadata, List<Safetensors> files, SortedMap<String, Tensor> tensors) {
        this.path = path;
        this.metadata = metadata;
        this.files = List.copyOf(files);
        this.tensors = Collections.unmodifiableSortedMap(tensors);
    }

    /** As {@link ModelFile#open}. */
    static SafetensorsModel open(Path path) {
        ModelDirectory directory = ModelDirectory.at(path);
        Metadata metadata = directory.metadata();
        Optional<ShardIndex> index = directory.index();
        List<Path> paths = index.map(
                        shards -> shards.files().stream().map(path::resolve).toList())
                .orElseGet(() -> List.of(directory.single()));
        List<Safetensors> files = new ArrayList<>();
        try {
            paths.forEach(file -> files.add(Safetensors.open(file)));
            SortedMap<String, Tensor> tensors = index.isPresent()
                    ? matched(path, index.get(), files)
                    : new TreeMap<>(files.getFirst().tensors());
            return new SafetensorsModel(path, metadata, files, tensors);
        } catch (RuntimeException e) {
            files.forEach(Safetensors::close);
            throw e;
        }
    }

    /** All tensors of all shards, after checking that shards and index name the same ones in the same places. */
    private static SortedMap<String, Tensor> matched(Path path, ShardIndex index, List<Safetensors> files) {
        SortedMap<String, Tensor> tensors = new TreeMap<>();
        Map<String, String> places = new HashMap<>();
        for (Safetensors file : files) {
            String shard = String.valueOf(file.file().getFileName());
            file.tensors().forEach((name, tensor) -> {
                String earlier = places.put(name, shard);
                if (earlier != null) {
                    throw new FormatException(path + ": tensor " + Excerpt.quoted(name) + " is in both " + earlier
                            + " and " + shard + ", expected it in one shard");
                }
                tensors.put(name, tensor);
            });
        }
        index.shards().forEach((name, shard) -> {
            String place = places.get(name);
            if (!shard.equals(place)) {
                throw new FormatException(path.resolve(ShardIndex.FILE) + ": tensor " + Excerpt.quoted(name)
                        + " should be in " + shard + ", which lacks it"
                        + (place == null ? "" : "; it is in " + place));
            }
        });
        places.forEach((name, shard) -> {
            if (!index.shards().containsKey(name)) {
                throw new FormatException(path.resolve(shard) + ": tensor " + Excerpt.quoted(name) + " is not named in "
                        + ShardIndex.FILE);
            }
        });
        return tensors;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public String name() {
        Path name = path.toAbsolutePath().normalize().getFileName();
        return name == null ? "model" : name.toString();
    }

    @Override
    public List<Path> files() {
        return files.stream().map(Safetensors::file).toList();
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
    public List<String> notes() {
        var read = files.stream()
                .map(file -> String.valueOf(file.file().getFileName()))
                .toList();
        return ModelDirectory.at(path).weightFiles().stream()
                .filter(name -> !read.contains(name))
                .map(name -> name + " is not read: " + (read.size() == 1 ? read.getFirst() : "the shards of the index")
                        + " holds the weights")
                .toList();
    }

    @Override
    public void close() {
        files.forEach(Safetensors::close);
    }
}
