package orrery.app.curves;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orrery.curve.Curve;
import orrery.curve.CurveSet;
import orrery.curve.Machine;
import orrery.curve.MeasuredPoint;
import orrery.curve.Room;
import orrery.curve.Scenario;
import orrery.report.ModelData;

/**
 * Curves as JSON: {@code curves} in the order of the scenarios, {@code points} as pairs of context and value, in bytes,
 * operations or seconds.
 */
public final class CurveJson {
    private CurveJson() {}

    public static Map<String, Object> of(
            CurveSet set, List<String> models, List<Scenario> scenarios, List<MeasuredPoint> measured) {
        var data = new LinkedHashMap<String, Object>();
        data.put("what", set.quantity().label());
        data.put("title", set.quantity().title());
        data.put(
                "unit",
                switch (set.quantity()) {
                    case KV, READ, BYTES -> "bytes";
                    case FLOPS, PREFILL -> "flops";
                    case TIME, FIRST -> "seconds";
                });
        set.machine().ifPresent(one -> data.put("machine", machine(one)));
        var curves = new java.util.ArrayList<Map<String, Object>>();
        for (int i = 0; i < scenarios.size(); i++) {
            // All models have the same number of scenarios.
            String what = models.get(i / (scenarios.size() / models.size()));
            curves.add(curve(set, set.curves().get(i), scenarios.get(i), what));
        }
        data.put("curves", curves);
        data.put("measured", measured.stream().map(CurveJson::measured).toList());
        return data;
    }

    private static Map<String, Object> machine(Machine machine) {
        var data = new LinkedHashMap<String, Object>();
        data.put("name", machine.name());
        data.put("title", machine.title());
        data.put("bandwidth_bytes_per_second", machine.bandwidth());
        machine.flops().ifPresent(flops -> data.put("flops_per_second", flops));
        data.put("memory_bytes", machine.memory());
        data.put("source", machine.source());
        return data;
    }

    private static Map<String, Object> curve(CurveSet set, Curve curve, Scenario scenario, String what) {
        var data = new LinkedHashMap<String, Object>();
        data.put("label", curve.label());
        data.put("model", ModelData.of(scenario.spec().name(), what));
        data.put("storage", scenario.storage());
        data.put("kv_type", scenario.kvType().label());
        data.put("batch", scenario.batch());
        data.put("weight_bytes", scenario.weightBytes());
        switch (curve.room()) {
            case Room.Unasked _ -> {}
            case Room.Enough _ -> data.put("fits", true);
            case Room.UpTo(var tokens) -> {
                data.put("fits", true);
                data.put("memory_full_at", tokens);
            }
            case Room.TooSmall _ -> data.put("fits", false);
        }
        data.put(
                "points",
                curve.points().stream()
                        .map(point -> List.<Object>of(point.context(), value(set, point.value())))
                        .toList());
        return data;
    }

    /** Bytes and operations are whole numbers. */
    private static Object value(CurveSet set, double value) {
        return switch (set.quantity()) {
            case KV, READ, BYTES, FLOPS, PREFILL -> (Object) Math.round(value);
            case TIME, FIRST -> value;
        };
    }

    private static Map<String, Object> measured(MeasuredPoint point) {
        var data = new LinkedHashMap<String, Object>();
        data.put("curve", point.curve());
        data.put("context", point.context());
        data.put("measured", point.measured());
        data.put("predicted", point.predicted());
        data.put("ratio", point.ratio());
        return data;
    }
}
