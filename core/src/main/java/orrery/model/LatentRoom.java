package orrery.model;

import orrery.kernel.Step;
import orrery.spec.Latent;

/**
 * What all latent layers of a model share: the division of the step's rows, made once a step, and the scratch of the
 * expanded way.
 *
 * @param spec of the layers
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
