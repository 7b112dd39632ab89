/** Architectures as data, and everything that runs, measures and draws them. */
@org.jspecify.annotations.NullMarked
module orrery.core {
    requires transitive org.jspecify;
    requires tools.jackson.databind;
    requires ai.djl.tokenizers;
    requires ai.djl.api;
    requires jdk.incubator.vector;
    requires java.management;
    requires jdk.management;

    exports orrery;
    exports orrery.catalog;
    exports orrery.engine;
    exports orrery.kernel;
    exports orrery.model;
    exports orrery.spec;
    exports orrery.format;
    exports orrery.report;
    exports orrery.tensor;

    uses orrery.kernel.Backend;

    provides orrery.kernel.Backend with
            orrery.kernel.ScalarBackend;

    exports orrery.token;
    exports orrery.token.jinja;
}
