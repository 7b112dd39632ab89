package orrery.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orrery.spec.ArchitectureSpec;

/**
 * How GGUF files say what a family's configs say, and how they keep its weights: the one table for reading and for
 * writing. Source: converter and loader of github.com/ggml-org/llama.cpp.
 */
interface GgufArchitecture {

    /** The {@code general.architecture} that is written for each {@code model_type} of a config. */
    Map<String, String> modelTypes();

    /** The {@code general.architecture} values that are read. */
    default Set<String> names() {
        return Set.copyOf(modelTypes().values());
    }

    /** What is written for a {@code model_type} of this family. */
    default String named(String modelType) {
        return Optional.ofNullable(modelTypes().get(modelType)).orElseThrow();
    }

    /** The keys that say the same as one word of the config. */
    List<GgufRow> rows(String architecture);

    /**
     * Puts what else the file says into the words of the family's config.
     *
     * @throws CatalogException for a value outside what is known
     */
    void translate(GgufKeys keys);

    /** Says what else a spec is. */
    void say(GgufSaid said);

    /** A spec after what the converter does to the weights. */
    default ArchitectureSpec asStored(ArchitectureSpec spec) {
        return spec;
    }

    /** Whether files of it hold what RoPE's frequencies are divided by, in place of Llama 3.1's rule. */
    default boolean divides() {
        return false;
    }

    /** Where files keep each weight: the first of several places is that of new files. */
    TensorNames tensorNames(ArchitectureSpec spec);

    /** Where that file keeps each weight. */
    default TensorNames tensorNames(ArchitectureSpec spec, GgufKeys keys) {
        return tensorNames(spec);
    }
}
