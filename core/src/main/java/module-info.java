/** Architectures as data, and the code that runs, measures and draws them. */
@org.jspecify.annotations.NullMarked
module orrery.core {
    requires transitive org.jspecify;
    requires tools.jackson.core;
    requires java.management;
    requires jdk.incubator.vector;
    requires jdk.management;

    exports orrery;
    exports orrery.catalog;
    exports orrery.chat;
    exports orrery.constrain;
    exports orrery.curve;
    exports orrery.draw;
    exports orrery.engine;
    exports orrery.report;
    exports orrery.report.compare;
    exports orrery.spec;
    exports orrery.tensor;
    exports orrery.token;

    // Used only by the command line; may change with every version.
    exports orrery.ablation to
            orrery.app,
            orrery.lab;
    exports orrery.atlas to
            orrery.app,
            orrery.server;
    exports orrery.convert to
            orrery.app;
    exports orrery.draw.chart to
            orrery.app;
    exports orrery.figures to
            orrery.app;
    exports orrery.format to
            orrery.app,
            orrery.lab,
            orrery.server;
    exports orrery.kernel to
            orrery.app,
            orrery.lab;
    exports orrery.look to
            orrery.app;
    exports orrery.measure to
            orrery.app;
    exports orrery.model to
            orrery.app,
            orrery.lab;

    uses orrery.kernel.Backend;

    provides orrery.kernel.Backend with
            orrery.kernel.LoopBackend,
            orrery.kernel.ScalarBackend,
            orrery.kernel.jit.JitBackend,
            orrery.kernel.vector.VectorBackend;
}
