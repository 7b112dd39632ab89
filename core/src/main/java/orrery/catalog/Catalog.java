package orrery.catalog;

import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import orrery.OrreryException;
import orrery.format.GgufModel;
import orrery.format.Metadata;
import orrery.format.ModelFile;
import orrery.format.SafetensorsModel;
import orrery.spec.ArchitectureSpec;
import orrery.spec.SpecException;
import orrery.tensor.Matrix;

/**
 * Every family that Orrery knows: from a config to a spec, from a model file to weights, and the released models by
 * name.
 */
public final class Catalog {
    private static final List<Family> FAMILIES = List.of(
            new GptFamily(),
            new LlamaFamily(),
            new MistralFamily(),
            new Gemma2Family(),
            new Gemma3Family(),
            new Gemma3nFamily(),
            new Olmo2Family(),
            new Qwen3Family(),
            new DeepSeekFamily(),
            new Llama4Family());

    private Catalog() {}

    /**
     * What a config describes.
     *
     * @param spec the architecture
     * @param family what its family is called
     * @param notUsed parts of a multimodal model that are recognised and left aside, such as {@code vision_config}
     * @param notUnderstood config keys that were not read and are not known to be harmless
     * @param notes in words, what the config says without effect, and what was assumed where a file cannot say it
     * @param release the release that was asked for by name; none of a config or a file
     */
    public record Description(
            ArchitectureSpec spec,
            String family,
            List<String> notUsed,
            SortedSet<String> notUnderstood,
            List<String> notes,
            Optional<Release> release) {
        /** Of a config or a file. */
        Description(
                ArchitectureSpec spec,
                String family,
                List<String> notUsed,
                SortedSet<String> notUnderstood,
                List<String> notes) {
            this(spec, family, notUsed, notUnderstood, notes, Optional.empty());
        }

        /**
         * The same of a smaller model within this one.
         *
         * @throws CatalogException if there is no such slice
         */
        public Description sliced(Slice slice) {
            return with(slice.of(spec).spec());
        }

        Description with(ArchitectureSpec other) {
            return new Description(other, family, notUsed, notUnderstood, notes);
        }
    }

    /**
     * Reads a config.
     *
     * @param name what the model is to be called
     * @throws CatalogException if no family understands it
     */
    public static Description read(String name, Metadata config) {
        if (config.has(GgufKeys.ARCHITECTURE) && !config.has("model_type")) {
            throw new CatalogException(config.origin()
                    + ": part of a GGUF model's architecture is in its tensors; expected the model file itself");
        }
        var text = TextConfig.of(config);
        var family = family(text.config());
        var keys = family.keys(text.config().text("model_type"));
        var notes = text.check(keys);
        var spec = spec(family, name, text.config());
        // An architecture can be told of weights in any form; those that bind them refuse.
        boolean foreign = ForeignQuantization.of(config).isPresent();
        if (!foreign) {
            BlockQuantization.read(config);
        }
        var unread = text.notUnderstood(keys);
        unread.removeIf(key -> foreign && key.startsWith("quantization"));
        return new Description(spec, family.name(), text.notUsed(), unread, notes);
    }

    /** What the config amounts to; where its numbers fit no architecture, the error names the config, too. */
    static ArchitectureSpec spec(Family family, String name, Metadata config) {
        try {
            return family.read(name, config);
        } catch (SpecException e) {
            throw new SpecException(config.origin() + ": " + e.getMessage());
        }
    }

    /**
     * Reads what a model file says of its architecture: its config, or what the metadata and the tensors of a GGUF file
     * amount to.
     *
     * @param name what the model is to be called
     * @throws CatalogException if no family understands it
     */
    public static Description read(String name, ModelFile file) {
        return switch (file) {
            case GgufModel gguf -> GgufCatalog.read(name, gguf);
            case SafetensorsModel _ -> read(name, file.metadata());
        };
    }

    /**
     * Opens a model's weights under the paths of its spec.
     *
     * @throws CatalogException if a tensor is missing, left over, or of a wrong shape
     */
    public static Checkpoint open(ModelFile file) {
        var description = read(file.name(), file);
        return Checkpoint.bind(description, tensorNames(file, description.spec()), file);
    }

    /**
     * Weights that are never read but are in a file all the same, by path: {@link #open} passes over them, and other
     * programs may want them.
     */
    public static SequencedMap<String, List<Matrix>> unusedWeights(ModelFile file, ArchitectureSpec spec) {
        return Checkpoint.unused(spec, tensorNames(file, spec), file);
    }

    /** Where that file keeps each weight. */
    static TensorNames tensorNames(ModelFile file, ArchitectureSpec spec) {
        return switch (file) {
            case GgufModel gguf -> GgufCatalog.tensorNames(gguf, spec);
            case SafetensorsModel _ ->
                family(TextConfig.of(file.metadata()).config()).tensorNames(spec);
        };
    }

    /**
     * The {@code model_type} of a config's text model, be the config its own or that of a multimodal wrapper.
     *
     * @throws orrery.format.FormatException if there is none
     */
    public static String modelType(Metadata config) {
        return TextConfig.of(config).config().text("model_type");
    }

    /** The releases, made when they are first needed, and their families. */
    private static final class Known {
        private static final Map<Release, Family> FAMILY = new IdentityHashMap<>();
        private static final List<Release> RELEASES = FAMILIES.stream()
                .flatMap(family -> family.releases().stream().peek(release -> FAMILY.put(release, family)))
                .toList();
        private static final Map<ArchitectureSpec, Release> BY_SPEC = new IdentityHashMap<>();

        static {
            RELEASES.forEach(release -> BY_SPEC.put(release.spec(), release));
        }
    }

    /** Every released model that the catalog knows, by family and size. */
    public static List<Release> releases() {
        return Known.RELEASES;
    }

    /**
     * The release of that name, hub id or alias, whatever the case, or the only one whose name goes on after that
     * ({@code mistral-small-3.1}). None if several do; {@link #describe} says which.
     */
    public static Optional<Release> release(String name) {
        var found = Releases.beginningWith(releases(), name);
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    /**
     * The release that a spec is of. A spec of this catalog is known as itself: one that was read from a config or a
     * file is of none, however it is called and however alike.
     */
    public static Optional<Release> release(ArchitectureSpec spec) {
        return Optional.ofNullable(Known.BY_SPEC.get(spec));
    }

    /**
     * What the family of one of {@link #releases} is called.
     *
     * @throws CatalogException if it is none of them
     */
    public static String family(Release release) {
        var family = Known.FAMILY.get(release);
        if (family == null) {
            throw new CatalogException(release.name() + " is not a release in this catalog");
        }
        return family.name();
    }

    /** What the families are called. */
    private static List<String> families() {
        return FAMILIES.stream().map(Family::name).toList();
    }

    /** The {@code model_type} values that are understood. */
    public static SortedSet<String> modelTypes() {
        return FAMILIES.stream()
                .flatMap(family -> family.modelTypes().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Where {@link #describe} would read that: a directory, a config or a GGUF file; nowhere if it means a release. A
     * whole name or alias goes before a file that is called so, a file before the beginning of a name.
     */
    public static Optional<Path> file(String what) {
        if (what.isEmpty() || Releases.exact(releases(), what).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(Path.of(what)).filter(java.nio.file.Files::exists);
    }

    /**
     * A spec from a model directory, a config file, a GGUF file, or the name of a release.
     *
     * @throws orrery.OrreryException if it is none of them, or the beginning of several names
     */
    public static Description describe(String what) {
        var file = file(what);
        if (file.isEmpty()) {
            var release = release(what)
                    .orElseThrow(() ->
                            new CatalogException("\"" + what + "\" " + Releases.unknown(releases(), families(), what)));
            return new Description(
                    release.spec(), family(release), List.of(), new TreeSet<>(), List.of(), Optional.of(release));
        }
        var path = file.get();
        if (java.nio.file.Files.isRegularFile(path) && what.endsWith(".json")) {
            return read(nameOf(path.toAbsolutePath().normalize()), Metadata.readJson(path));
        }
        if (ModelFile.isGguf(path)) {
            try (var opened = ModelFile.open(path)) {
                return read(opened.name(), opened);
            }
        }
        var name = path.toAbsolutePath().normalize().getFileName();
        var said = read(name == null ? what : name.toString(), ModelFile.readMetadata(path));
        return said.spec().head().tied() ? said.with(asStored(said.spec(), path)) : said;
    }

    /**
     * With the head that a folder's weights have. Where they are not there or not readable the config's word counts:
     * whoever needs them opens them, and is told.
     */
    private static ArchitectureSpec asStored(ArchitectureSpec said, Path folder) {
        try (var file = ModelFile.open(folder)) {
            var names = tensorNames(file, said);
            return TiedHead.of(said, names, new NamedTensors(file, names), file).settled(said);
        } catch (OrreryException e) {
            return said;
        }
    }

    private static String nameOf(Path config) {
        var parent = config.getParent();
        return parent == null || parent.getFileName() == null
                ? "model"
                : parent.getFileName().toString();
    }

    /** The family of a config. */
    static Family family(Metadata config) {
        if (!config.has("model_type")) {
            throw new CatalogException(
                    config.origin() + ": there is no model_type, so the architecture is unknown; known are " + known());
        }
        String type = config.text("model_type");
        return FAMILIES.stream()
                .filter(family -> family.modelTypes().contains(type))
                .findFirst()
                .orElseThrow(() -> new CatalogException(config.origin() + ": model_type \"" + type
                        + "\" is an unknown architecture; known are " + known()));
    }

    /** The families, each with the {@code model_type} values that mean it. */
    private static String known() {
        return FAMILIES.stream()
                .map(family -> family.name() + " (" + String.join(", ", new TreeSet<>(family.modelTypes())) + ")")
                .collect(Collectors.joining(", "));
    }
}
