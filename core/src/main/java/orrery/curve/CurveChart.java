package orrery.curve;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import orrery.draw.chart.Axis;
import orrery.draw.chart.LineChart;
import orrery.draw.chart.Mark;
import orrery.draw.chart.Series;
import orrery.draw.chart.Unit;
import orrery.report.Numbers;

/**
 * Curves as a chart with logarithmic axes. It marks where memory is full, and shows measurements next to predictions.
 */
public final class CurveChart {
    private CurveChart() {}

    /** The chart of these curves, with the measurements that belong to them. */
    public static LineChart of(CurveSet set, List<MeasuredPoint> measured) {
        var series = set.curves().stream().map(CurveChart::series).toList();
        var marks = new ArrayList<Mark>();
        for (int i = 0; i < set.curves().size(); i++) {
            var curve = set.curves().get(i);
            int index = i;
            if (curve.room() instanceof Room.UpTo(var tokens) && tokens >= set.first() && tokens <= last(curve)) {
                marks.add(new Mark(
                        "memory full at " + Numbers.exact(tokens), tokens, at(curve, tokens), index, Mark.Kind.END));
            }
            measured.stream()
                    .filter(one -> one.curve().equals(curve.label())
                            && one.context() >= set.first()
                            && one.context() <= last(curve))
                    .forEach(one ->
                            marks.add(new Mark(one.words(), one.context(), one.measured(), index, Mark.Kind.MEASURED)));
        }
        String machine = set.machine()
                .filter(_ -> set.quantity().ofMachine())
                .map(one -> ", " + one.title())
                .orElse("");
        String title = capital(set.quantity().title()) + machine;
        String description = title + " against " + set.quantity().against() + ", of "
                + set.curves().stream().map(Curve::label).collect(Collectors.joining(", ")) + ". "
                + String.join(" ", notes(set));
        var context = new Axis(set.quantity().against() + " in tokens", Unit.TOKENS, true, set.first(), end(set));
        return new LineChart(title, description, context, vertical(set, measured), series, marks, notes(set));
    }

    /** A line's value at a context between its points, by linear interpolation on the logarithmic axes. */
    private static double at(Curve curve, long context) {
        var before = curve.points().getFirst();
        for (var point : curve.points()) {
            if (point.context() >= context) {
                double part = point.context() == before.context()
                        ? 0
                        : Math.log((double) context / before.context())
                                / Math.log((double) point.context() / before.context());
                return Math.exp(Math.log(before.value()) + part * Math.log(point.value() / before.value()));
            }
            before = point;
        }
        return before.value();
    }

    private static long last(Curve curve) {
        return curve.points().getLast().context();
    }

    private static long end(CurveSet set) {
        return Math.max(
                set.first() + 1,
                set.curves().stream().mapToLong(CurveChart::last).max().orElse(set.most()));
    }

    private static Series series(Curve curve) {
        var points = new ArrayList<Series.Point>();
        for (var point : curve.points()) {
            points.add(new Series.Point(point.context(), point.value()));
        }
        var faded = switch (curve.room()) {
            case Room.Unasked _, Room.Enough _ -> OptionalDouble.empty();
            case Room.UpTo(var tokens) -> OptionalDouble.of(tokens);
            case Room.TooSmall _ -> OptionalDouble.of(0);
        };
        // The line ends exactly where memory is full.
        if (curve.room() instanceof Room.UpTo(var tokens)) {
            int next = 0;
            while (next < points.size() && points.get(next).x() < tokens) {
                next++;
            }
            if (next > 0 && next < points.size() && points.get(next).x() > tokens) {
                points.add(next, new Series.Point(tokens, at(curve, tokens)));
            }
        }
        return new Series(curve.label(), points, faded);
    }

    private static Axis vertical(CurveSet set, List<MeasuredPoint> measured) {
        var unit = unit(set.quantity());
        double base = unit == Unit.BYTES ? 2 : 10;
        var values = DoubleStream.concat(
                        set.curves().stream()
                                .flatMap(curve -> curve.points().stream())
                                .mapToDouble(Curve.Point::value),
                        measured.stream().mapToDouble(MeasuredPoint::measured))
                .filter(value -> value > 0)
                .summaryStatistics();
        double from = values.getCount() == 0 ? 1 : values.getMin();
        double to = values.getCount() == 0 ? base : values.getMax();
        // To the next power; on a decimal axis to the next of 1, 2, 5.
        double least = unit == Unit.BYTES ? power(base, Math.floor(log(base, from))) : below(from);
        double most = unit == Unit.BYTES ? power(base, Math.ceil(log(base, to) + 1e-9)) : above(to);
        return new Axis(axisLabel(set), unit, true, least, Math.max(most, least * 1.5));
    }

    private static double below(double number) {
        double ground = power(10, Math.floor(Math.log10(number)));
        double digit = number / ground;
        return ground * (digit < 2 ? 1 : digit < 5 ? 2 : 5);
    }

    private static double above(double number) {
        double ground = power(10, Math.floor(Math.log10(number)));
        double digit = number / ground;
        return ground * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
    }

    private static double log(double base, double number) {
        return Math.log(number) / Math.log(base);
    }

    private static double power(double base, double exponent) {
        return Math.pow(base, exponent);
    }

    /** The unit of a quantity. */
    public static Unit unit(Quantity quantity) {
        return switch (quantity) {
            case KV, READ, BYTES -> Unit.BYTES;
            case FLOPS, PREFILL -> Unit.FLOP;
            case TIME, FIRST -> Unit.SECONDS;
        };
    }

    private static String axisLabel(CurveSet set) {
        return switch (set.quantity()) {
            case KV -> "bytes of KV cache held by all sequences";
            case READ -> "bytes of KV cache that are read to decode one token";
            case FLOPS -> "FLOPs to decode one token";
            case BYTES -> "bytes read to decode one token: weights and KV cache";
            case PREFILL -> "FLOPs of a whole prompt";
            case TIME -> "least time of a step that gives every sequence one token";
            case FIRST -> "least time of a whole prompt";
        };
    }

    /** Notes for the reader: the types, the machine's figures, and which models do not fit. */
    public static List<String> notes(CurveSet set) {
        var conditions =
                Stream.of(set.conditions()).filter(text -> !text.isEmpty()).map(text -> capital(text) + ".");
        var machine = set.machine().stream()
                .map(one -> capital(one.title()) + ": " + Numbers.scaled(one.bandwidth(), "B/s") + ", "
                        + (one.flops().isPresent()
                                ? Numbers.scaled(one.flops().getAsDouble(), "FLOP/s")
                                : "FLOP/s unknown, so by memory traffic only")
                        + ", " + Numbers.scaled(one.memory(), "B") + " of memory.");
        var rooms = set.curves().stream().flatMap(curve -> switch (curve.room()) {
            case Room.Unasked _, Room.Enough _, Room.UpTo _ -> Stream.<String>empty();
            case Room.TooSmall(var weights) ->
                Stream.of(
                        curve.label() + " does not fit: its weights alone take " + Numbers.scaled(weights, "B") + ".");
        });
        return Stream.of(conditions, machine, rooms).flatMap(one -> one).toList();
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + text.substring(1);
    }
}
