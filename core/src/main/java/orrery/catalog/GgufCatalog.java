package orrery.catalog;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orrery.format.GgufModel;
import orrery.spec.ArchitectureSpec;

/** GGUF files: the supported architectures, each converted to the config that its family reads. */
final class GgufCatalog {
    private static final List<GgufArchitecture> ARCHITECTURES = List.of(
            new GgufGpt2(),
            new GgufLlama(),
            new GgufLlama4(),
            new GgufGemma(),
            new GgufGemma3n(),
            new GgufOlmo2(),
            new GgufQwen3(),
            new GgufDeepSeek());

    private GgufCatalog() {}

    static Catalog.Description read(String name, GgufModel file) {
        return read(name, new GgufKeys(file));
    }

    static Catalog.Description read(String name, GgufKeys keys) {
        var architecture = architecture(keys);
        architecture.rows(keys.architecture()).forEach(row -> row.read(keys));
        keys.vocabulary();
        architecture.translate(keys);
        keys.requireNothingElse();
        var config = keys.config();
        var family = Catalog.family(config);
        var read = architecture.asStored(Catalog.spec(family, name, config));
        var spec = architecture.divides()
                ? GgufRope.divided(keys)
                        .map(divided -> GgufSpec.scaled(read, divided))
                        .orElse(read)
                : read;
        var unread = new TreeSet<>(config.unread());
        unread.addAll(keys.unread());
        return new Catalog.Description(spec, family.name(), List.of(), unread, GgufAssumptions.of(keys, spec));
    }

    /** Where that file stores each weight. */
    static TensorNames tensorNames(GgufModel file, ArchitectureSpec spec) {
        var keys = new GgufKeys(file);
        return architecture(keys).tensorNames(spec, keys);
    }

    /**
     * The architecture in which a model of that type is written.
     *
     * @throws CatalogException if there is none
     */
    static GgufArchitecture ofModelType(String modelType) {
        return ARCHITECTURES.stream()
                .filter(one -> one.modelTypes().containsKey(modelType))
                .findFirst()
                .orElseThrow(() -> new CatalogException("GGUF has no architecture for model_type \"" + modelType
                        + "\", so such a model cannot be converted"));
    }

    /** All types that {@link #ofModelType} supports. */
    static Stream<String> modelTypes() {
        return ARCHITECTURES.stream()
                .flatMap(one -> one.modelTypes().keySet().stream().sorted());
    }

    private static GgufArchitecture architecture(GgufKeys keys) {
        return ARCHITECTURES.stream()
                .filter(one -> one.names().contains(keys.architecture()))
                .findFirst()
                .orElseThrow(() -> new CatalogException(keys.origin() + ": " + GgufKeys.ARCHITECTURE + " \""
                        + keys.architecture() + "\" is not known, expected one of "
                        + ARCHITECTURES.stream()
                                .flatMap(one -> one.names().stream())
                                .sorted()
                                .collect(Collectors.joining(", "))));
    }
}
