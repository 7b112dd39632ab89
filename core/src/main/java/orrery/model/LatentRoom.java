package orrery.model;

import orrery.kernel.Step;
import orrery.spec.Latent;

/**
 * What all latent layers of a model share: the division of the step's rows, made once per step, and the buffers of the
 * expanded form.
 *
 * @param spec the layers' spec
 */
record LatentRoom(Latent spec, LatentPlan plan, ExpandedLatent expanded) {

    static LatentRoom of(Latent spec, Scratch scratch) {
        return new LatentRoom(
                spec,
                new LatentPlan(spec, scratch.rows()),
                new ExpandedLatent(spec, scratch, LatentPlan.MOST_EXPANDED));
    }

    void begin(Step step) {
        plan.divide(step);
    }
}
