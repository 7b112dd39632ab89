package orrery.catalog;

import java.util.List;
import java.util.Set;
import orrery.format.Metadata;
import orrery.spec.ArchitectureSpec;

/**
 * A family of architectures that differ only in numbers: reads a config into a spec, and names each weight in its
 * files.
 */
interface Family {

    /** The family's usual name. */
    String name();

    /** The {@code model_type} values of its configs. */
    Set<String> modelTypes();

    /**
     * The architecture of a config.
     *
     * @param name the model's name
     * @param config the text model's config, already unwrapped if the model is multimodal
     * @throws CatalogException for a value that the family does not support
     */
    ArchitectureSpec read(String name, Metadata config);

    /** How to handle the config's keys that {@link #read} does not read. */
    ConfigKeys keys(String modelType);

    /** Where its safetensors files store each weight. */
    TensorNames tensorNames(ArchitectureSpec spec);

    /** Its released models. */
    List<Release> releases();
}
