package orrery.report.compare;

import static orrery.report.compare.Topic.SHAPE;

import java.util.List;
import java.util.Optional;
import orrery.report.compare.StructuralDifference.Side;

/** How two models differ in the layer that guesses one token further. */
final class DraftTraits {
    private DraftTraits() {}

    static void compare(Side from, Side to, Findings findings) {
        var before = from.spec().draft();
        var now = to.spec().draft();
        if (before.isEmpty() && now.isPresent()) {
            findings.structure(SHAPE, "adds a layer that guesses the token after the next (multi-token prediction)");
        } else if (before.isPresent() && now.isEmpty()) {
            findings.structure(SHAPE, "has no layer that guesses the token after the next (multi-token prediction)");
        } else if (before.isPresent()) {
            var within = new Findings(
                    new Layers(List.of(before.get().layer())),
                    new Layers(List.of(now.get().layer())));
            var norm = NormTraits.once(
                    "around the draft",
                    within,
                    Optional.of(before.get().norm()),
                    Optional.of(now.get().norm()));
            StructuralDifference.layers(within, List.of(norm));
            within.all()
                    .forEach(one -> findings.add(
                            one.kind(),
                            one.topic(),
                            "in the layer that guesses ahead: " + one.sentence(),
                            one.distance()));
        }
    }
}
