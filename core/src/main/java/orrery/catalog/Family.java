package orrery.catalog;

import java.util.List;
import java.util.Set;
import orrery.format.Metadata;
import orrery.spec.ArchitectureSpec;

/** Architectures that differ only in numbers: reads one's metadata into a spec, and names each weight in its files. */
interface Family {

    /** What people call it. */
    String name();

    /** The {@code model_type} values of its configs. */
    Set<String> modelTypes();

    /**
     * The architecture that a config describes.
     *
     * @param name what the model is to be called
     * @param config of the text model: the wrapper of a multimodal one is already opened
     * @throws CatalogException for a value outside what the family knows
     */
    ArchitectureSpec read(String name, Metadata config);

    /** What is done about the keys of its configs that {@link #read} does not ask for. */
    ConfigKeys keys(String modelType);

    /** Where its safetensors files keep each weight. */
    TensorNames tensorNames(ArchitectureSpec spec);

    /** Its released models. */
    List<Release> releases();
}
