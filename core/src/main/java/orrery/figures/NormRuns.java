package orrery.figures;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import orrery.ablation.Ablation;
import orrery.draw.Diagram;
import orrery.draw.chart.Axis;
import orrery.draw.chart.LineChart;
import orrery.draw.chart.Series;
import orrery.draw.chart.Unit;

/** The lab's runs with norms in several places, against their learning rates. */
final class NormRuns {
    private static final double ROOM = 0.06;

    private final Ablation ablation;

    private NormRuns(Ablation ablation) {
        this.ablation = ablation;
    }

    /** Final losses with and without warm-up, the largest attention logits and gradient norms. */
    static List<Figure.Panel> of(Ablation ablation) {
        var runs = new NormRuns(ablation);
        var panels = new ArrayList<Figure.Panel>();
        for (String warmUp : ablation.values("warm-up")) {
            String words = warmUp.equals("yes") ? "with warm-up" : "without warm-up";
            String name = warmUp.equals("yes") ? "loss" : "loss-without-warm-up";
            panels.add(new Figure.Panel(
                    name,
                    runs.chart(
                            "Final loss against learning rate, " + words,
                            "validation loss in nats per byte",
                            "loss",
                            false,
                            "warm-up",
                            warmUp)));
        }
        panels.add(new Figure.Panel(
                "attention-logits",
                runs.chart(
                        "Largest attention logit of a run",
                        "largest attention logit, scaled, without its sign",
                        "largest_attention_logit",
                        true)));
        panels.add(new Figure.Panel(
                "gradient-norms",
                runs.chart(
                        "Largest gradient norm of a run, before clipping",
                        "norm of the gradient",
                        "largest_gradient_norm",
                        true)));
        return panels;
    }

    private Diagram chart(String title, String label, String measure, boolean logarithmic, String... filter) {
        var rates = ablation.values("learning rate").stream()
                .sorted(Comparator.comparingDouble(Double::parseDouble))
                .toList();
        var series = new ArrayList<Series>();
        var told = new ArrayList<String>();
        for (String norms : ablation.values("norms")) {
            var points = new ArrayList<Series.Point>();
            var spreads = new ArrayList<Series.Spread>();
            var numbers = new ArrayList<String>();
            for (String rate : rates) {
                var where = new ArrayList<>(List.of("norms", norms, "learning rate", rate));
                where.addAll(List.of(filter));
                ablation.spread(measure, where.toArray(String[]::new)).ifPresent(spread -> {
                    double x = Double.parseDouble(rate);
                    points.add(new Series.Point(x, spread.mean()));
                    spreads.add(new Series.Spread(x, spread.lowest(), spread.highest()));
                    numbers.add(spread.text() + " at " + rate);
                });
            }
            if (!points.isEmpty()) {
                series.add(new Series(norms, points, OptionalDouble.empty(), spreads));
                told.add(norms + ": " + String.join(", ", numbers));
            }
        }
        var all = series.stream().flatMap(one -> one.spreads().stream()).toList();
        double low = all.stream().mapToDouble(Series.Spread::lowest).min().orElse(0);
        double high = all.stream().mapToDouble(Series.Spread::highest).max().orElse(1);
        var y = logarithmic
                ? new Axis(label, Unit.PLAIN, true, low / 1.2, high * 1.2)
                : new Axis(
                        label, Unit.PLAIN, false, low - ROOM * (high - low) - 1e-3, high + ROOM * (high - low) + 1e-3);
        var x = new Axis(
                "learning rate",
                Unit.PLAIN,
                true,
                Double.parseDouble(rates.getFirst()) / 1.15,
                Double.parseDouble(rates.getLast()) * 1.15);
        return new LineChart(
                        title,
                        title + ". " + String.join(". ", told) + ".",
                        x,
                        y,
                        series,
                        List.of(),
                        notes(filter.length == 0))
                .diagram();
    }

    private List<String> notes(boolean pooled) {
        long diverged = ablation.cells().stream()
                .filter(cell -> cell.divergedAt().isPresent())
                .count();
        return List.of(
                (pooled
                                ? "Points: means over all runs, with and without warm-up; bars: from the lowest to the"
                                        + " highest."
                                : "Points: means over seeds; bars: from the lowest to the highest seed.")
                        + " “Norm after the branch + QK-norm” is OLMo 2’s arrangement."
                        + (diverged > 0
                                ? " Not drawn: " + diverged + " of "
                                        + ablation.cells().size() + " runs, which diverged."
                                : ""),
                ablation.ran());
    }
}
