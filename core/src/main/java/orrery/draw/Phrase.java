package orrery.draw;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;
import orrery.report.Numbers;
import orrery.spec.WeightSpec;

/** Counts of parameters as a box has room for them. */
final class Phrase {
    private Phrase() {}

    static String count(long parameters) {
        return parameters < 100_000 ? Numbers.exact(parameters) : Numbers.rounded(parameters);
    }

    /** All parameters, and those of one token where they are fewer. */
    static String count(List<WeightSpec> weights) {
        var used = weights.stream()
                .filter(weight -> weight.use() != WeightSpec.Use.UNUSED)
                .toList();
        long all = used.stream().mapToLong(WeightSpec::parameters).sum();
        long active = used.stream().mapToLong(WeightSpec::activeParameters).sum();
        return active == all ? count(all) : count(all) + ", " + count(active) + " active";
    }

    /** The weights of those paths. */
    static List<WeightSpec> weights(SequencedMap<String, WeightSpec> all, Predicate<String> paths) {
        return all.entrySet().stream()
                .filter(entry -> paths.test(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }
}
