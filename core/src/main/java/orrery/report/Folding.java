package orrery.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A list told by its repeating period, as people tell layers: {@code 4 × (5 sliding, 1 full) + 2 sliding}.
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

        /** How many items it stands for. */
        public int size() {
            return times * runs.stream().mapToInt(Run::count).sum();
        }
    }

    /** The best way to tell the items from some place on: how much there is to say, and the first group of it. */
    private record Best<T>(int cost, List<Group<T>> groups) {}

    /** The shortest telling of a list: the fewest runs, then the fewest groups, then the longest first group. */
    public static <T> Folding<T> of(List<T> items) {
        var best = new ArrayList<Best<T>>();
        for (int i = 0; i <= items.size(); i++) {
            best.add(new Best<>(0, List.of()));
        }
        for (int from = items.size() - 1; from >= 0; from--) {
            best.set(from, tellFrom(items, from, best));
        }
        return new Folding<>(best.getFirst().groups());
    }

    private static <T> Best<T> tellFrom(List<T> items, int from, List<Best<T>> best) {
        Best<T> shortest = new Best<>(Integer.MAX_VALUE, List.of());
        int longest = 0;
        for (int period = 1; period <= items.size() - from; period++) {
            var runs = runs(items.subList(from, from + period));
            if (period > 1 && runs.size() == 1) {
                continue; // the same as a period of one, repeated
            }
            int repeats = repeats(items, from, period);
            for (int times = period == 1 ? 1 : 2; times <= repeats; times++) {
                var rest = best.get(from + times * period);
                int cost = 2 * runs.size() + 1 + rest.cost();
                if (cost < shortest.cost() || (cost == shortest.cost() && times * period > longest)) {
                    longest = times * period;
                    var groups = new ArrayList<Group<T>>();
                    groups.add(
                            period == 1
                                    ? new Group<>(1, List.of(new Run<>(items.get(from), times)))
                                    : new Group<>(times, runs));
                    groups.addAll(rest.groups());
                    shortest = new Best<>(cost, groups);
                }
            }
        }
        return shortest;
    }

    private static int repeats(List<?> items, int from, int period) {
        int end = from + period;
        while (end < items.size() && items.get(end).equals(items.get(end - period))) {
            end++;
        }
        return (end - from) / period;
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
