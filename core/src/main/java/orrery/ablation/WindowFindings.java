package orrery.ablation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What runs with windows in several shares of their layers show, if their controls hold: on recall, full attention has
 * to find what is far away and windows alone must not; on text, windows cost nothing only where full attention gains
 * from what they hide.
 */
final class WindowFindings {
    static final String TASK = "task";
    static final String LAYERS = "layers";
    static final String WINDOW = "window";
    static final String FULL = "all global";
    static final String LOCAL = "all local";
    static final String BEYOND = "accuracy_beyond_reach";
    static final String CHANCE = "chance";

    private static final double FOUND = 0.9;
    private static final double GUESSED = 0.15;
    private static final double GAIN = 0.01;

    private final Ablation ablation;

    private WindowFindings(Ablation ablation) {
        this.ablation = ablation;
    }

    static List<String> of(Ablation ablation) {
        var findings = new WindowFindings(ablation);
        var sentences = new ArrayList<String>();
        findings.recall().ifPresent(sentences::add);
        for (String window : windows(ablation)) {
            findings.text(window).ifPresent(sentences::add);
        }
        findings.memory().ifPresent(sentences::add);
        return sentences;
    }

    /** The windows that were run, ascending. */
    static List<String> windows(Ablation ablation) {
        return ablation.values(WINDOW).stream()
                .sorted(Comparator.comparingInt(Integer::parseInt))
                .toList();
    }

    /** The shares of windows that were run, apart from the two controls. */
    private List<String> mixed() {
        return ablation.values(LAYERS).stream()
                .filter(layers -> !layers.equals(FULL) && !layers.equals(LOCAL))
                .toList();
    }

    private Optional<String> recall() {
        var full = farthest(ablation.where(TASK, "recall", LAYERS, FULL));
        if (full.isEmpty()) {
            return Optional.empty();
        }
        String begin = "On recall, full attention answers " + percent(full.get()) + " of the questions at the farthest"
                + " distances";
        if (full.get().lowest() < FOUND) {
            return Optional.of(begin + ": the task is not learned, so these runs show nothing about windows.");
        }
        var local = ablation.spread(BEYOND, TASK, "recall", LAYERS, LOCAL);
        if (local.isEmpty()) {
            return Optional.of(
                    begin + "; without runs in which all layers are local, these show nothing about windows.");
        }
        double chance =
                ablation.spread(CHANCE, TASK, "recall").map(Spread::mean).orElse(0.0);
        begin += ", windows alone " + percent(local.get()) + " of those beyond their reach (guessing: "
                + percent(new Spread(chance, chance, chance, 1)) + ")";
        if (local.get().highest() > chance + GUESSED) {
            return Optional.of(begin + ": what should fail does not, so these runs show nothing about windows.");
        }
        String each =
                byWindow((layers, window) -> farthest(ablation.where(TASK, "recall", LAYERS, layers, WINDOW, window))
                        .map(WindowFindings::percent));
        return Optional.of(begin + (each.isEmpty() ? "." : ". At the farthest distances: " + each + "."));
    }

    /** Something of mixed layers with a window. */
    private interface Told {
        Optional<String> of(String layers, String window);
    }

    /** {@code windows of 4: 1:1 55 %, 3:1 35 %; windows of 8: ...}. */
    private String byWindow(Told told) {
        var each = new ArrayList<String>();
        for (String window : windows(ablation)) {
            String row = mixed().stream()
                    .flatMap(layers -> told.of(layers, window).map(words -> layers + " " + words).stream())
                    .collect(Collectors.joining(", "));
            if (!row.isEmpty()) {
                each.add("windows of " + window + ": " + row);
            }
        }
        return String.join("; ", each);
    }

    /** The accuracy at the farthest distances. */
    private static Optional<Spread> farthest(List<Cell> cells) {
        var values = cells.stream()
                .filter(cell -> !cell.ranges().isEmpty())
                .map(cell -> cell.ranges().getLast().value())
                .toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    private static String percent(Spread spread) {
        String mean = Math.round(100 * spread.mean()) + " %";
        return spread.count() == 1
                ? mean
                : mean + " (" + Math.round(100 * spread.lowest()) + " to " + Math.round(100 * spread.highest()) + ")";
    }

    private Optional<String> text(String window) {
        var gain = ablation.spread(gain(window), TASK, "text", LAYERS, FULL);
        var full = beyond(window, ablation.where(TASK, "text", LAYERS, FULL));
        if (gain.isEmpty() || full.isEmpty()) {
            return Optional.empty();
        }
        String begin = "On text, seeing more than the last " + window + " tokens "
                + (gain.get().mean() < 0
                        ? "raises the loss of full attention by "
                                + gain.get().negated().text()
                        : "lowers the loss of full attention by " + gain.get().text())
                + " nats on the same predictions";
        if (gain.get().lowest() < GAIN) {
            return Optional.of(begin + ": it does not use them, so these runs do not show what windows of " + window
                    + " cost, whatever their losses.");
        }
        var each = new ArrayList<String>();
        var all = new ArrayList<>(mixed());
        all.add(LOCAL);
        for (String layers : all) {
            beyond(window, ablation.where(TASK, "text", LAYERS, layers, WINDOW, window))
                    .ifPresent(spread -> each.add(layers + " " + cost(full.get(), spread)));
        }
        return Optional.of(
                begin + (each.isEmpty() ? "." : ". Windows of " + window + ": " + String.join("; ", each) + "."));
    }

    /** The measure of how much full attention gains from more than a window. */
    static String gain(String window) {
        return "gain_beyond_" + window;
    }

    private static String cost(Spread full, Spread other) {
        String difference = Spread.two(Math.abs(other.mean() - full.mean())) + " nats";
        return switch (full.to(other)) {
            case BELOW -> "costs " + difference;
            case ABOVE -> "is better by " + difference;
            case MIXED -> "costs nothing beyond the seeds’ spread";
            case UNKNOWN -> "differs by " + difference + " with one seed, which may be chance";
        };
    }

    /** The loss at positions that see more than a window. */
    private static Optional<Spread> beyond(String window, List<Cell> cells) {
        int tokens = Integer.parseInt(window);
        var values = new ArrayList<Double>();
        for (var cell : cells) {
            double sum = 0;
            long count = 0;
            for (var range : cell.ranges()) {
                if (range.first() >= tokens) {
                    int positions = range.last() - range.first() + 1;
                    sum += range.value() * positions;
                    count += positions;
                }
            }
            if (count > 0) {
                values.add(sum / count);
            }
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    private Optional<String> memory() {
        var full = ablation.spread("kv_bytes", LAYERS, FULL);
        if (full.isEmpty()) {
            return Optional.empty();
        }
        String each = byWindow((layers, window) -> ablation.spread("kv_bytes", LAYERS, layers, WINDOW, window)
                .map(own -> Math.round(100 * own.mean() / full.get().mean()) + " %"));
        return each.isEmpty()
                ? Optional.empty()
                : Optional.of("KV cache of a sequence of the trained length, computed, compared with full attention in"
                        + " all layers: " + each + ".");
    }
}
