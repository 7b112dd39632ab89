package orrery.app.curves;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import orrery.curve.Curve;
import orrery.curve.CurveChart;
import orrery.curve.CurveSet;
import orrery.curve.MeasuredPoint;
import orrery.curve.Room;
import orrery.curve.Scenario;
import orrery.draw.chart.Unit;
import orrery.report.Numbers;

/** The values of curves at round contexts, and where memory is full. */
public final class CurveTable {
    private static final int CELL = 11;
    private static final int WIDTH = 80;

    private CurveTable() {}

    /** Its lines, the heading first. */
    public static List<String> lines(CurveSet set, List<Scenario> scenarios) {
        int label = Math.max(
                set.quantity().against().length(),
                scenarios.stream().mapToInt(one -> one.label().length()).max().orElse(0));
        boolean rooms = set.curves().stream().anyMatch(curve -> !(curve.room() instanceof Room.Unasked));
        var contexts = contexts(set, Math.max(1, (WIDTH - label - (rooms ? CELL + 2 : 0)) / CELL));
        var unit = CurveChart.unit(set.quantity());
        var lines = new ArrayList<String>();
        var heading = new StringBuilder(cell(set.quantity().against(), -label));
        contexts.forEach(context -> heading.append(cell(Unit.TOKENS.text(context), CELL)));
        lines.add(heading + (rooms ? cell("full at", CELL + 2) : ""));
        for (int i = 0; i < scenarios.size(); i++) {
            var scenario = scenarios.get(i);
            var line = new StringBuilder(cell(scenario.label(), -label));
            for (long context : contexts) {
                boolean within = context <= scenario.spec().maxPositions();
                double value = within ? CurveSet.value(set.quantity(), scenario, set.machine(), context) : 0;
                line.append(cell(within ? unit.text(value) : "–", CELL));
            }
            lines.add((line + (rooms ? cell(full(set.curves().get(i)), CELL + 2) : "")).stripTrailing());
        }
        return lines;
    }

    private static String full(Curve curve) {
        return switch (curve.room()) {
            case Room.Unasked _ -> "";
            case Room.Enough _ -> "fits";
            case Room.UpTo(var tokens) -> Numbers.exact(tokens);
            case Room.TooSmall _ -> "too large";
        };
    }

    /** Powers of two from the longest down; only every second or third one if there are many. */
    private static List<Long> contexts(CurveSet set, int most) {
        long longest = Long.highestOneBit(set.curves().stream()
                .mapToLong(curve -> curve.points().getLast().context())
                .max()
                .orElse(1));
        for (int shift = 1; ; shift++) {
            int step = shift;
            var found = Stream.iterate(
                            longest, context -> context >= Math.max(1, set.first()), context -> context >> step)
                    .toList()
                    .reversed();
            if (found.size() <= most) {
                return found;
            }
        }
    }

    private static String cell(String text, int width) {
        return String.format(Locale.ROOT, "%" + width + "s", text);
    }

    /** One line for each measurement with its prediction. */
    public static List<String> measured(List<MeasuredPoint> points) {
        return points.stream()
                .map(point -> point.curve() + " at " + Numbers.exact(point.context()) + ": measured "
                        + Unit.SECONDS.text(point.measured()) + ", predicted at least "
                        + Unit.SECONDS.text(point.predicted())
                        + String.format(Locale.ROOT, ": %.2f times as long", point.ratio()))
                .toList();
    }
}
