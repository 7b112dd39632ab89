package orrery.catalog;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import orrery.format.Metadata;
import orrery.spec.Activation;

/** Shared code to read the families' configs, with each family's own defaults. */
final class Config {
    private static final Map<String, Activation> ACTIVATIONS = Map.of(
            "silu", Activation.SILU,
            "swish", Activation.SILU,
            "gelu_new", Activation.GELU_TANH,
            "gelu_pytorch_tanh", Activation.GELU_TANH,
            "gelu_fast", Activation.GELU_TANH,
            "gelu", Activation.GELU_ERF,
            "relu", Activation.RELU);

    private Config() {}

    /** An activation by Hugging Face's name. */
    static Activation activation(Metadata config, String key, String fallback) {
        String name = config.text(key, fallback);
        var activation = ACTIVATIONS.get(name);
        if (activation == null) {
            throw unknown(
                    config, key, name, ACTIVATIONS.keySet().stream().sorted().toList());
        }
        return activation;
    }

    /** A size of at least 1. */
    static int size(Metadata config, String key) {
        return positive(config, key, config.integer(key));
    }

    static int size(Metadata config, String key, int fallback) {
        return positive(config, key, config.integer(key, fallback));
    }

    /**
     * A sliding window in tokens. If the key is absent, the family's default applies; null means no window, which no
     * family's layer allows.
     */
    static int window(Metadata config, String key, int fallback) {
        if (config.mentions(key) && !config.has(key)) {
            throw new CatalogException(config.origin() + ": " + key + " is null, but some layers need it");
        }
        return size(config, key, fallback);
    }

    private static int positive(Metadata config, String key, int value) {
        if (value < 1) {
            throw new CatalogException(config.origin() + ": " + key + " is " + value + ", expected 1 or more");
        }
        return value;
    }

    /** A size that is a multiple of another one. */
    static int product(Metadata config, String key, int first, int second) {
        long product = (long) first * second;
        if (product < 1 || product > Integer.MAX_VALUE) {
            throw new CatalogException(config.origin() + ": " + key + " makes a size of " + product);
        }
        return (int) product;
    }

    /**
     * A model's number of layers; the limit only prevents a corrupt number from creating a list that fills the memory.
     */
    static int layers(Metadata config, String key) {
        int layers = size(config, key);
        if (layers > 10_000) {
            throw new CatalogException(config.origin() + ": " + key + " is " + layers + ", expected at most 10000");
        }
        return layers;
    }

    /** The head size: as declared, otherwise hidden size over heads, which must divide evenly. */
    static int headSize(Metadata config, int hiddenSize, int heads) {
        if (config.has("head_dim")) {
            return size(config, "head_dim");
        }
        if (hiddenSize % heads != 0) {
            throw new CatalogException(config.origin() + ": there is no head_dim, and hidden_size " + hiddenSize
                    + " does not divide into " + heads + " heads");
        }
        return hiddenSize / heads;
    }

    /** A value that the family does not support. */
    static CatalogException unknown(Metadata config, String key, String value, List<String> known) {
        return new CatalogException(config.origin() + ": " + key + " is \"" + value + "\", expected one of "
                + known.stream().collect(Collectors.joining(", ")));
    }
}
