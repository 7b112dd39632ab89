package orrery.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A list written by its repeating period, as people describe layers: {@code 4 × (5 sliding, 1 full) + 2 sliding}.
 *
 * @param groups in order; written out they are the list
 */
public record Folding<T>(List<Group<T>> groups) {
    public Folding {
        groups = List.copyOf(groups);
    }

    /** Equal neighbours. */
    public record Run<T>(T item, int count) {}

    /** Runs that repeat {@code times} in a row. */
    public record Group<T>(int times, List<Run<T>> runs) {
        public Group {
            runs = List.copyOf(runs);
        }
    }

    /**
     * The best way to tell the items from some place on.
     *
     * @param cost how much there is to say
     * @param period of the first group
     * @param times that it is repeated; of a period of one, how many items are alike
     */
    private record Best(int cost, int period, int times) {
        int size() {
            return period * times;
        }
    }

    /**
     * The shortest telling of a list: the fewest runs, then the fewest groups, then the longest first group. Takes the
     * square of its length, which a config may choose.
     */
    public static <T> Folding<T> of(List<T> items) {
        var names = new HashMap<T, Integer>();
        int[] ids = items.stream()
                .mapToInt(item -> names.computeIfAbsent(item, _ -> names.size()))
                .toArray();
        var best = new Best[ids.length + 1];
        best[ids.length] = new Best(0, 0, 0);
        int[] alike = new int[ids.length];
        for (int from = ids.length - 1; from >= 0; from--) {
            best[from] = tellFrom(ids, from, best, alike);
        }
        var groups = new ArrayList<Group<T>>();
        for (int from = 0; from < ids.length; from += best[from].size()) {
            int period = best[from].period();
            int times = best[from].times();
            var alone = List.of(new Run<>(items.get(from), times));
            groups.add(
                    period == 1 ? new Group<>(1, alone) : new Group<>(times, runs(items.subList(from, from + period))));
        }
        return new Folding<>(groups);
    }

    private static Best tellFrom(int[] ids, int from, Best[] best, int[] alike) {
        var shortest = new Best(Integer.MAX_VALUE, 1, 1);
        likeShifted(ids, from, alike);
        int runs = 0;
        for (int period = 1; period <= ids.length - from; period++) {
            int last = from + period - 1;
            if (period == 1 || ids[last] != ids[last - 1]) {
                runs++;
            }
            if (2 * runs + 1 > shortest.cost()) {
                break; // longer periods have no fewer runs
            }
            if (period > 1 && runs == 1) {
                continue; // the same as a period of one, repeated
            }
            int repeats = from + period < ids.length ? 1 + alike[period] / period : 1;
            for (int times = period == 1 ? 1 : 2; times <= repeats; times++) {
                int cost = 2 * runs + 1 + best[from + times * period].cost();
                if (cost < shortest.cost() || (cost == shortest.cost() && times * period > shortest.size())) {
                    shortest = new Best(cost, period, times);
                }
            }
        }
        return shortest;
    }

    /**
     * How many items from {@code from} on are those from {@code from + shift} on, for every shift: the Z-function, in
     * time linear in their number.
     */
    private static void likeShifted(int[] ids, int from, int[] alike) {
        int length = ids.length - from;
        int left = 0;
        int right = 0;
        for (int shift = 1; shift < length; shift++) {
            int same = shift < right ? Math.min(right - shift, alike[shift - left]) : 0;
            while (shift + same < length && ids[from + same] == ids[from + shift + same]) {
                same++;
            }
            alike[shift] = same;
            if (shift + same > right) {
                left = shift;
                right = shift + same;
            }
        }
    }

    private static <T> List<Run<T>> runs(List<T> items) {
        var runs = new ArrayList<Run<T>>();
        for (T item : items) {
            if (!runs.isEmpty() && runs.getLast().item().equals(item)) {
                runs.set(runs.size() - 1, new Run<>(item, runs.getLast().count() + 1));
            } else {
                runs.add(new Run<>(item, 1));
            }
        }
        return runs;
    }

    /** In words: {@code 10 × (5 sliding 1024, 1 full) + 2 sliding 1024}. */
    public String text(Function<T, String> name) {
        return groups.stream().map(group -> text(group, name)).collect(Collectors.joining(" + "));
    }

    private static <T> String text(Group<T> group, Function<T, String> name) {
        String runs = group.runs().stream()
                .map(run -> run.count() + " " + name.apply(run.item()))
                .collect(Collectors.joining(", "));
        return group.times() == 1 ? runs : group.times() + " × (" + runs + ")";
    }
}
