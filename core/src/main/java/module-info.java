/** Architectures as data, and everything that runs, measures and draws them. */
@org.jspecify.annotations.NullMarked
module orrery.core {
    requires transitive org.jspecify;
    requires tools.jackson.databind;
    requires java.management;
    requires jdk.incubator.vector;
    requires jdk.management;

    exports orrery;
    exports orrery.atlas;
    exports orrery.catalog;
    exports orrery.convert;
    exports orrery.draw;
    exports orrery.curve;
    exports orrery.draw.chart;
    exports orrery.engine;
    exports orrery.figures;
    exports orrery.format;
    exports orrery.kernel;
    exports orrery.measure;
    exports orrery.model;
    exports orrery.quant;
    exports orrery.report;
    exports orrery.report.compare;
    exports orrery.spec;
    exports orrery.tensor;
    exports orrery.token;
    exports orrery.token.jinja;

    uses orrery.kernel.Backend;

    provides orrery.kernel.Backend with
            orrery.kernel.LoopBackend,
            orrery.kernel.ScalarBackend,
            orrery.kernel.vector.VectorBackend;
}
