package orrery.format;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A directory that should contain a model in Hugging Face's layout.
 *
 * @param path the directory
 * @param names the names of its entries
 */
record ModelDirectory(Path path, SortedSet<String> names) {
    static final String CONFIG = "config.json";
    static final String WEIGHTS = "model.safetensors";
    private static final String ADAPTER = "adapter_config.json";

    /** The output of torch.save with any extension: Python pickles. */
    private static final Pattern PICKLE = Pattern.compile(".*\\.(bin|pt|pth|ckpt|pkl)");

    private static final Pattern NUMBERED = Pattern.compile(".*-\\d{5}-of-\\d{5}\\.safetensors");

    /** @throws FormatException if the path is not a directory, or cannot be listed */
    static ModelDirectory at(Path path) {
        if (!FileBytes.attributes(path, "a model directory").isDirectory()) {
            Path parent = path.toAbsolutePath().normalize().getParent();
            boolean within = parent != null && Files.exists(parent.resolve(CONFIG));
            throw new FormatException(path + " is a file, expected a model directory with " + CONFIG
                    + (within ? "; probably " + parent : ""));
        }
        return new ModelDirectory(path, list(path));
    }

    private static SortedSet<String> list(Path path) {
        SortedSet<String> names = new TreeSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
        } catch (DirectoryIteratorException e) {
            throw new FormatException("could not read " + path + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw FormatException.unreadable(path, e);
        }
        return names;
    }

    Metadata metadata() {
        if (!names.contains(CONFIG)) {
            throw new FormatException(path + " has no " + CONFIG + ", expected a model directory"
                    + (names.contains(ADAPTER)
                            ? "; " + ADAPTER + " says that it holds a PEFT adapter: merge it into its base model by"
                                    + " merge_and_unload() in Python, and open what save_pretrained then writes"
                            : ""));
        }
        return Metadata.readJson(path.resolve(CONFIG));
    }

    /** The index, if the weights are sharded. */
    Optional<ShardIndex> index() {
        if (!names.contains(ShardIndex.FILE)) {
            return Optional.empty();
        }
        ShardIndex index = ShardIndex.read(path.resolve(ShardIndex.FILE));
        SortedSet<String> shards = index.files();
        if (names.contains(WEIGHTS) && !shards.contains(WEIGHTS)) {
            throw new FormatException(path + " holds both " + WEIGHTS + " and " + ShardIndex.FILE
                    + ", which does not name it; expected one of them: remove the one that is out of date");
        }
        for (String shard : shards) {
            if (!names.contains(shard)) {
                throw new FormatException(path + " has no " + Excerpt.plain(shard) + ", a shard that " + ShardIndex.FILE
                        + " names; the download may be incomplete");
            }
        }
        return Optional.of(index);
    }

    /** Every file that could contain weights, supported or not. */
    List<String> weightFiles() {
        return names.stream()
                .filter(name -> name.endsWith(SafetensorsModel.EXTENSION))
                .toList();
    }

    /** Whether it has a config.json and no file that could contain weights. */
    boolean isConfigAlone() {
        return names.contains(CONFIG)
                && names.stream()
                        .noneMatch(name -> name.endsWith(SafetensorsModel.EXTENSION)
                                || GgufFiles.isNamed(name)
                                || PICKLE.matcher(name).matches());
    }

    /** The only weights file of a model without an index. */
    Path single() {
        if (names.contains(WEIGHTS)) {
            return path.resolve(WEIGHTS);
        }
        List<String> candidates = names.stream()
                .filter(name -> name.endsWith(SafetensorsModel.EXTENSION))
                .toList();
        if (candidates.size() == 1 && !isShard(candidates.getFirst())) {
            return path.resolve(candidates.getFirst());
        }
        if (candidates.stream().anyMatch(ModelDirectory::isShard)) {
            throw new FormatException(path + " holds shards (" + some(candidates) + ") but no " + ShardIndex.FILE
                    + "; the download may be incomplete");
        }
        if (!candidates.isEmpty()) {
            throw new FormatException(path + " holds several weights files (" + some(candidates)
                    + ") and does not say which to read; expected " + WEIGHTS + ", or shards with " + ShardIndex.FILE);
        }
        throw withoutWeights();
    }

    /** A shard whose name says that it is one of several is not a model by itself; 00001-of-00001 is. */
    private static boolean isShard(String name) {
        return NUMBERED.matcher(name).matches() && !name.endsWith("-00001-of-00001" + SafetensorsModel.EXTENSION);
    }

    private FormatException withoutWeights() {
        List<String> pickles =
                names.stream().filter(name -> PICKLE.matcher(name).matches()).toList();
        if (!pickles.isEmpty()) {
            return new FormatException(path + " holds weights only as Python pickles (" + some(pickles)
                    + "), which can run code when they are loaded and are refused; convert them to safetensors: load"
                    + " the model with Hugging Face transformers where you trust it, save it with save_pretrained,"
                    + " and open the directory that is written");
        }
        List<String> gguf = names.stream().filter(GgufFiles::isNamed).toList();
        return new FormatException(path + " holds no weights, expected " + WEIGHTS + ", or shards with "
                + ShardIndex.FILE + ", or one other .safetensors file"
                + (gguf.isEmpty() ? "" : "; open GGUF files beside a " + CONFIG + " by their own path: " + some(gguf)));
    }

    /** The first few names, and the number of further ones. */
    static String some(List<String> names) {
        String shown = Excerpt.plain(String.join(", ", names.subList(0, Math.min(3, names.size()))));
        return names.size() > 3 ? shown + " and " + (names.size() - 3) + " more" : shown;
    }
}
