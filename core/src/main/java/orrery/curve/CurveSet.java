package orrery.curve;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;

/**
 * Curves of one quantity, for one machine if the quantity depends on it. Each curve ends at its model's maximum
 * context.
 *
 * @param first the shortest context
 * @param most the longest context requested
 * @param conditions what all scenarios have in common: types and batch, in words; may be empty
 */
public record CurveSet(
        Quantity quantity, Optional<Machine> machine, long first, long most, List<Curve> curves, String conditions) {
    public CurveSet {
        curves = List.copyOf(curves);
    }

    /** Up to the longest context of all models. */
    public static CurveSet of(Quantity quantity, List<Scenario> scenarios, Optional<Machine> machine) {
        long most = most(scenarios);
        return of(quantity, scenarios, machine, first(scenarios, most), most);
    }

    /** The default start of curves up to that context, chosen so that the shortest curve is still visible. */
    public static long first(List<Scenario> scenarios, long most) {
        return Contexts.first(scenarios.stream()
                .mapToLong(one -> Math.min(most, one.spec().maxPositions()))
                .min()
                .orElse(1));
    }

    /** The longest context of all models. */
    public static long most(List<Scenario> scenarios) {
        return scenarios.stream()
                .map(Scenario::spec)
                .mapToLong(ArchitectureSpec::maxPositions)
                .max()
                .orElse(1);
    }

    /**
     * @param first the shortest context
     * @param most the longest context; models with a smaller maximum end earlier
     * @throws CurveException if there is no scenario, if the quantity depends on a machine and there is none, or on its
     *     peak FLOPS and that is unknown
     */
    public static CurveSet of(
            Quantity quantity, List<Scenario> scenarios, Optional<Machine> machine, long first, long most) {
        if (scenarios.isEmpty()) {
            throw new CurveException("no model was named, expected one or more");
        }
        if (quantity.ofMachine() && machine.isEmpty()) {
            throw new CurveException(quantity.title() + " depends on a machine, expected one of " + Machines.names());
        }
        if (quantity == Quantity.FIRST) {
            machine.filter(one -> one.flops().isEmpty()).ifPresent(one -> {
                throw new CurveException("a prompt is bound by arithmetic, and the FLOP/s of " + one.name()
                        + " are not known; add them, as in \"" + one.name() + ",flops=10T\"");
            });
        }
        var curves = scenarios.stream()
                .map(one -> curve(quantity, one, machine, first, most))
                .toList();
        return new CurveSet(quantity, machine, first, most, curves, conditions(scenarios));
    }

    private static Curve curve(Quantity quantity, Scenario scenario, Optional<Machine> machine, long first, long most) {
        var points = Contexts.of(
                        scenario.spec(), first, Math.min(most, scenario.spec().maxPositions()))
                .stream()
                .map(context -> new Curve.Point(context, value(quantity, scenario, machine, context)))
                .toList();
        return new Curve(scenario.label(), points, room(quantity, scenario, machine));
    }

    /**
     * The quantity at that context, in bytes, operations or seconds; NaN if it depends on a machine and there is none.
     */
    public static double value(Quantity quantity, Scenario scenario, Optional<Machine> machine, long context) {
        int tokens = Math.toIntExact(context);
        return switch (quantity) {
            case KV -> scenario.heldBytes(context);
            case READ -> scenario.cost().cacheBytes(tokens - 1);
            case FLOPS -> scenario.flops(tokens);
            case BYTES -> scenario.readBytes(tokens);
            case PREFILL -> scenario.promptFlops(tokens);
            case TIME -> machine.map(one -> scenario.stepSeconds(tokens, one)).orElse(Double.NaN);
            case FIRST ->
                machine.map(one -> scenario.promptSeconds(tokens, one)).orElse(Double.NaN);
        };
    }

    private static String conditions(List<Scenario> scenarios) {
        var parts = new ArrayList<String>();
        shared(scenarios, Scenario::storage).ifPresent(storage -> parts.add("weights " + storage));
        shared(scenarios, Scenario::kvType).ifPresent(type -> parts.add("KV cache in " + type.label()));
        shared(scenarios, Scenario::batch).ifPresent(batch -> parts.add(Numbers.count(batch, "sequence")));
        return String.join(", ", parts);
    }

    private static <T> Optional<T> shared(List<Scenario> scenarios, Function<Scenario, T> part) {
        var distinct = scenarios.stream().map(part).distinct().toList();
        return distinct.size() == 1 ? Optional.of(distinct.getFirst()) : Optional.empty();
    }

    private static Room room(Quantity quantity, Scenario scenario, Optional<Machine> machine) {
        return switch (quantity) {
            case KV, READ, BYTES, TIME, FIRST -> machine.map(scenario::room).orElse(Room.UNASKED);
            case FLOPS, PREFILL -> Room.UNASKED;
        };
    }
}
