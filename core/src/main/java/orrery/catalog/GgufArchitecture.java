package orrery.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orrery.spec.ArchitectureSpec;

/**
 * How GGUF files express a family's config and store its weights; used for both reading and writing. Source: converter
 * and loader of github.com/ggml-org/llama.cpp.
 */
interface GgufArchitecture {

    /** The {@code general.architecture} to write for each {@code model_type} of a config. */
    Map<String, String> modelTypes();

    /** The {@code general.architecture} values that are read. */
    default Set<String> names() {
        return Set.copyOf(modelTypes().values());
    }

    /** The {@code general.architecture} to write for a {@code model_type} of this family. */
    default String named(String modelType) {
        return Optional.ofNullable(modelTypes().get(modelType)).orElseThrow();
    }

    /** The keys that correspond to one key of the config. */
    List<GgufRow> rows(String architecture);

    /**
     * Translates the file's other keys into the family's config.
     *
     * @throws CatalogException for a value that is not supported
     */
    void translate(GgufKeys keys);

    /** Writes what else a spec contains. */
    void say(GgufSaid said);

    /** A spec after the converter's changes to the weights. */
    default ArchitectureSpec asStored(ArchitectureSpec spec) {
        return spec;
    }

    /** Whether its files store the divisors of RoPE's frequencies instead of Llama 3.1's rule. */
    default boolean divides() {
        return false;
    }

    /** Where files store each weight: the first of several places is used for new files. */
    TensorNames tensorNames(ArchitectureSpec spec);

    /** Where that file stores each weight. */
    default TensorNames tensorNames(ArchitectureSpec spec, GgufKeys keys) {
        return tensorNames(spec);
    }
}
