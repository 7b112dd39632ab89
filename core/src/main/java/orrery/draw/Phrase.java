package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;

/** Numbers as a box has room for them. */
final class Phrase {
    private static final int MOST_RANGES = 4;
    private static final Pattern NUMBER = Pattern.compile("\\d{4,9}");

    private Phrase() {}

    static String count(long parameters) {
        return parameters < 100_000 ? Numbers.exact(parameters) : Numbers.rounded(parameters);
    }

    /** A text with its numbers in groups of three digits. */
    static String grouped(String text) {
        return NUMBER.matcher(text).replaceAll(number -> Numbers.exact(Long.parseLong(number.group())));
    }

    /** Ascending numbers as ranges, of which those in the middle are left out if there are many. */
    static String ranges(List<Integer> numbers) {
        var ranges = new ArrayList<String>();
        for (int from = 0; from < numbers.size(); ) {
            int to = from;
            while (to + 1 < numbers.size() && numbers.get(to + 1) == numbers.get(to) + 1) {
                to++;
            }
            ranges.add(numbers.get(from) + (to == from ? "" : "–" + numbers.get(to)));
            from = to + 1;
        }
        if (ranges.size() > MOST_RANGES) {
            ranges.subList(2, ranges.size() - 1).clear();
            ranges.add(2, "…");
        }
        return String.join(", ", ranges);
    }

    /** {@code deepseek-v3, 3 of 61 layers}. */
    static String where(ArchitectureSpec spec, int layers) {
        int all = spec.layers().size();
        return spec.name() + ", " + (layers == all ? "all " : layers + " of ") + Numbers.count(all, "layer");
    }

    static long used(List<WeightSpec> weights) {
        return weights.stream()
                .filter(weight -> weight.use() != WeightSpec.Use.UNUSED)
                .mapToLong(WeightSpec::parameters)
                .sum();
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

    /** The same of those of some roles. */
    static String count(List<WeightSpec> weights, Predicate<String> roles) {
        return count(
                weights.stream().filter(weight -> roles.test(weight.role())).toList());
    }

    /** The weights of those paths. */
    static List<WeightSpec> weights(SequencedMap<String, WeightSpec> all, Predicate<String> paths) {
        return all.entrySet().stream()
                .filter(entry -> paths.test(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }
}
