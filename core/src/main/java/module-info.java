/** Architectures as data, and everything that runs, measures and draws them. */
@org.jspecify.annotations.NullMarked
module orrery.core {
    requires transitive org.jspecify;
    requires tools.jackson.databind;
    requires ai.djl.tokenizers;
    requires ai.djl.api;
    requires jdk.incubator.vector;

    exports orrery;
    exports orrery.tensor;
    exports orrery.token;
    exports orrery.token.jinja;
}
