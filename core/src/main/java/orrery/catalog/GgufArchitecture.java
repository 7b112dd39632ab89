package orrery.catalog;

import java.util.Set;
import orrery.spec.ArchitectureSpec;

/** How GGUF files say what a family's configs say, and how they keep its weights. Source: converter and loader of github.com/ggml-org/llama.cpp. */
interface GgufArchitecture {

    /** The {@code general.architecture} values. */
    Set<String> names();

    /**
     * Puts what the file says into the words of the family's config.
     *
     * @throws CatalogException for a value outside what is known
     */
    void translate(GgufKeys keys);

    /** The spec that came of the config, after what the converter did to the weights. */
    default ArchitectureSpec asStored(ArchitectureSpec spec, GgufKeys keys) {
        return spec;
    }

    /** Where the file keeps each weight. */
    TensorNames tensorNames(ArchitectureSpec spec, GgufKeys keys);
}
