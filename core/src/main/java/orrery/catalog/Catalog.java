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
 * All families that Orrery knows: converts a config to a spec and a model file to weights, and lists the released
 * models by name.
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
     * @param family the name of its family
     * @param notUsed parts of a multimodal model that are recognised but not used, such as {@code vision_config}
     * @param notUnderstood config keys that were not read and are not known to be harmless
     * @param notes in words, config values without effect, and assumptions that a file cannot confirm
     * @param release the release that was requested by name; empty for a config or a file
     */
    public record Description(
            ArchitectureSpec spec,
            String family,
            List<String> notUsed,
            SortedSet<String> notUnderstood,
            List<String> notes,
            Optional<Release> release) {
        /** The description of a config or a file. */
        Description(
                ArchitectureSpec spec,
                String family,
                List<String> notUsed,
                SortedSet<String> notUnderstood,
                List<String> notes) {
            this(spec, family, notUsed, notUnderstood, notes, Optional.empty());
        }

        /**
         * The description of a smaller model nested in this one.
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
     * @param name the model's name
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
        // An architecture can be described with weights in any form; loading the weights refuses unsupported ones.
        boolean foreign = ForeignQuantization.of(config).isPresent();
        if (!foreign) {
            BlockQuantization.read(config);
        }
        var unread = text.notUnderstood(keys);
        unread.removeIf(key -> foreign && key.startsWith("quantization"));
        return new Description(spec, family.name(), text.notUsed(), unread, notes);
    }

    /** The spec of a config; if its numbers do not form an architecture, the error also names the config. */
    static ArchitectureSpec spec(Family family, String name, Metadata config) {
        try {
            return family.read(name, config);
        } catch (SpecException e) {
            throw new SpecException(config.origin() + ": " + e.getMessage());
        }
    }

    /**
     * Reads the architecture of a model file: from its config, or from the metadata and tensors of a GGUF file.
     *
     * @param name the model's name
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
     * Unused weights that are nevertheless in a file, by path: {@link #open} skips them, but other programs may want
     * them.
     */
    public static SequencedMap<String, List<Matrix>> unusedWeights(ModelFile file, ArchitectureSpec spec) {
        return Checkpoint.unused(spec, tensorNames(file, spec), file);
    }

    /** Where that file stores each weight. */
    static TensorNames tensorNames(ModelFile file, ArchitectureSpec spec) {
        return switch (file) {
            case GgufModel gguf -> GgufCatalog.tensorNames(gguf, spec);
            case SafetensorsModel _ ->
                family(TextConfig.of(file.metadata()).config()).tensorNames(spec);
        };
    }

    /**
     * The {@code model_type} of a config's text model: the config's own, or that within a multimodal wrapper.
     *
     * @throws orrery.format.FormatException if there is none
     */
    public static String modelType(Metadata config) {
        return TextConfig.of(config).config().text("model_type");
    }

    /** The releases, created when they are first needed, and their families. */
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
     * The release with that name, hub id or alias, ignoring case, or the only one whose name continues after it
     * ({@code mistral-small-3.1}). Empty if several do; {@link #describe} says which.
     */
    public static Optional<Release> release(String name) {
        var found = Releases.beginningWith(releases(), name);
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    /**
     * The release of a spec. Only the catalog's own spec objects are recognised: a spec that was read from a config or
     * a file is not, even if it has the same name and values.
     */
    public static Optional<Release> release(ArchitectureSpec spec) {
        return Optional.ofNullable(Known.BY_SPEC.get(spec));
    }

    /**
     * The family's name of one of {@link #releases}.
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

    /** The families' names. */
    private static List<String> families() {
        return FAMILIES.stream().map(Family::name).toList();
    }

    /** The supported {@code model_type} values. */
    public static SortedSet<String> modelTypes() {
        return FAMILIES.stream()
                .flatMap(family -> family.modelTypes().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The path that {@link #describe} would read: a directory, a config or a GGUF file; empty if {@code what} means a
     * release. A complete name or alias takes precedence over a file with that name, and a file over the beginning of a
     * name.
     */
    public static Optional<Path> file(String what) {
        if (what.isEmpty() || Releases.exact(releases(), what).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(Path.of(what)).filter(java.nio.file.Files::exists);
    }

    /**
     * The spec of a model directory, a config file, a GGUF file, or a release's name.
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
     * Corrects whether the head is tied according to the weights in a directory. If they are missing or unreadable, the
     * config counts: code that needs the weights will open them and report the error.
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

    /** The families, each with its {@code model_type} values. */
    private static String known() {
        return FAMILIES.stream()
                .map(family -> family.name() + " (" + String.join(", ", new TreeSet<>(family.modelTypes())) + ")")
                .collect(Collectors.joining(", "));
    }
}
