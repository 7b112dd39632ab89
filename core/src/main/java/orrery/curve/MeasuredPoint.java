package orrery.curve;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A measurement with its prediction.
 *
 * @param curve label of the curve that it belongs to
 * @param predicted the least time by calculation, in seconds
 * @param measured seconds
 */
public record MeasuredPoint(String curve, long context, double predicted, double measured) {

    /** Measured over predicted time. */
    public double ratio() {
        return measured / predicted;
    }

    /** {@code measured, 1.2 times the predicted}. */
    public String words() {
        return String.format(Locale.ROOT, "measured %.2f × predicted", ratio());
    }

    /**
     * The measurements of this quantity that match one of the scenarios: the same model, stored and run in the same
     * way.
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
