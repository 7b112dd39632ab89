package orrery.report.compare;

import static orrery.report.compare.Topic.NORMS;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import orrery.spec.Branch;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;

/** Where the norms of a model's branches stand, and how that differs from another's. */
final class NormPlacement {
    private NormPlacement() {}

    /** Which of a branch's three places have a norm. */
    record Slots(boolean before, boolean after, boolean outer) {
        static Slots of(Branch branch) {
            return new Slots(
                    !branch.before().equals(NormSpec.NONE),
                    !branch.after().equals(NormSpec.NONE),
                    !branch.outer().equals(NormSpec.NONE));
        }

        /** Those that this has and the other has not. */
        Slots without(Slots other) {
            return new Slots(before && !other.before, after && !other.after, outer && !other.outer);
        }

        boolean isEmpty() {
            return !before && !after && !outer;
        }

        /** {@code before and after it, inside the residual}. */
        String text() {
            if (isEmpty()) {
                return "none";
            }
            var places = new ArrayList<String>();
            if (before) {
                places.add("before");
            }
            if (after) {
                places.add("after, inside the residual");
            }
            if (outer) {
                places.add("on the sum with the residual");
            }
            return before && after && !outer ? "before and after, inside the residual" : Sentences.listed(places);
        }

        /** The same of branches that were named. */
        private String them() {
            if (before && after) {
                return "before and after them, inside the residual" + (outer ? ", and on the sum" : "");
            }
            return (before ? "before them" : after ? "after them, inside the residual" : "")
                    + (outer ? (before || after ? " and " : "") + "on the sum with the residual" : "");
        }

        private String around(List<String> branches) {
            var places = new ArrayList<String>();
            if (before) {
                places.add(around("before ", branches));
            }
            if (after) {
                places.add(around("after ", branches) + ", inside the residual");
            }
            if (outer) {
                places.add("on the sum with the residual, " + around("after ", branches));
            }
            return Sentences.listed(places);
        }

        private static String around(String place, List<String> branches) {
            return Sentences.listed(branches.stream().map(place::concat).toList());
        }
    }

    static void compare(Findings findings) {
        var mixers = findings.everywhere(layer -> Slots.of(layer.mixer()));
        var feedForwards = findings.everywhere(layer -> Slots.of(layer.feedForward()));
        var one = change(mixers);
        var other = change(feedForwards);
        if (one.isPresent() && one.equals(other)) {
            findings.structure(NORMS, one.get().text(List.of("attention", "the feed-forward")));
            return;
        }
        tell(findings, mixers, one, "attention");
        tell(findings, feedForwards, other, "the feed-forward");
    }

    private static void tell(Findings findings, Findings.Two<Slots> two, Optional<Change> change, String branch) {
        if (change.isPresent()) {
            findings.structure(NORMS, change.get().text(List.of(branch)));
        } else {
            findings.structure(
                    NORMS, two, Slots::text, (b, a) -> Sentences.instead("norms around " + branch + " " + b, a));
        }
    }

    /** What changed, if it did and if all layers of each model are alike. */
    private static Optional<Change> change(Findings.Two<Slots> two) {
        return two.agree()
                ? Optional.empty()
                : two.from()
                        .only()
                        .flatMap(from -> two.to().only().map(to -> new Change(to.without(from), from.without(to))));
    }

    private record Change(Slots added, Slots removed) {
        String text(List<String> branches) {
            if (removed.isEmpty()) {
                return "adds a norm " + added.around(branches);
            }
            if (added.isEmpty()) {
                return "has no norm "
                        + removed.around(branches).replace(" and ", " or ").replace(", inside the residual", "");
            }
            return "norms stand " + added.around(branches) + ", instead of " + removed.them();
        }
    }

    /** For a table: once, where both branches agree. */
    static String text(Layers layers) {
        Function<Function<LayerSpec, Branch>, String> of =
                branch -> Layered.of(layers, layer -> Optional.of(Slots.of(branch.apply(layer))))
                        .text(Slots::text);
        String mixer = of.apply(LayerSpec::mixer);
        String feedForward = of.apply(LayerSpec::feedForward);
        return mixer.equals(feedForward) ? mixer : "attention: " + mixer + "; feed-forward: " + feedForward;
    }
}
