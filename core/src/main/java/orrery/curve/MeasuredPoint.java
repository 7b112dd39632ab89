package orrery.curve;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A measurement beside what was predicted for it.
 *
 * @param curve label of the curve that it belongs to
 * @param predicted seconds at least, by arithmetic
 * @param measured seconds
 */
public record MeasuredPoint(String curve, long context, double predicted, double measured) {

    /** How many times as long it took. */
    public double ratio() {
        return measured / predicted;
    }

    /** {@code measured, 1.2 times the predicted}. */
    public String words() {
        return String.format(Locale.ROOT, "measured %.2f × predicted", ratio());
    }

    /**
     * Those of the measurements that are of this quantity and of one of the scenarios: the same model, stored and run
     * alike.
     */
    public static List<MeasuredPoint> of(
            Quantity quantity, List<Scenario> scenarios, Machine machine, List<Measurement> measurements) {
        return scenarios.stream()
                .flatMap(scenario -> measurements.stream()
                        .filter(one -> one.isOf(quantity, scenario))
                        .map(one -> new MeasuredPoint(
                                scenario.label(),
                                one.context(),
                                CurveSet.value(quantity, scenario, Optional.of(machine), one.context()),
                                one.seconds())))
                .toList();
    }
}
