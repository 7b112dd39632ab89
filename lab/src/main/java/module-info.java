/** Trains small models on the forward pass of {@code orrery.core}. */
@org.jspecify.annotations.NullMarked
module orrery.lab {
    requires transitive orrery.core;

    exports orrery.lab.data;
    exports orrery.lab.experiment;
    exports orrery.lab.tape;
    exports orrery.lab.train;
}
