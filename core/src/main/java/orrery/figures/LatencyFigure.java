package orrery.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import orrery.curve.CurveChart;
import orrery.curve.CurveSet;
import orrery.curve.Machine;
import orrery.curve.Machines;
import orrery.curve.Quantity;
import orrery.curve.Scenario;
import orrery.draw.Diagram;
import orrery.draw.Role;
import orrery.draw.SideBySide;
import orrery.draw.chart.BarChart;
import orrery.draw.chart.Unit;
import orrery.report.CacheTable;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;

/** Gemma 3 27B beside Mistral Small 3.1 24B, and why one answers sooner: figure 16. */
final class LatencyFigure {
    private static final String MACHINE = "h200";
    private static final String SECOND_MACHINE = "m4-max";
    private static final List<Integer> CONTEXTS = List.of(1024, 8192, 32_768, 131_072);
    private static final long FIRST = 1024;

    private LatencyFigure() {}

    static Figure figure() {
        var specs = Models.named("gemma-3-27b", "mistral-small-3.1-24b");
        var scenarios = specs.stream().map(Models::inBf16).toList();
        var machine = machine(MACHINE);
        return new Figure(
                FigureHeading.of(16),
                caption(specs, scenarios, machine),
                List.of(
                        new Figure.Panel("blocks", SideBySide.of(specs)),
                        new Figure.Panel("token-" + MACHINE, curves(Quantity.TIME, scenarios, machine)),
                        new Figure.Panel(
                                "token-" + SECOND_MACHINE, curves(Quantity.TIME, scenarios, machine(SECOND_MACHINE))),
                        new Figure.Panel("first-token-" + MACHINE, curves(Quantity.FIRST, scenarios, machine)),
                        new Figure.Panel("bytes", bytes(scenarios))));
    }

    private static Machine machine(String name) {
        return Machines.named(name).orElseThrow();
    }

    private static String caption(List<ArchitectureSpec> specs, List<Scenario> scenarios, Machine machine) {
        var gemma = scenarios.getFirst();
        var mistral = scenarios.getLast();
        int near = CONTEXTS.getFirst();
        String caption = mistral.label() + " has " + specs.getLast().layers().size() + " layers against "
                + specs.getFirst().layers().size() + ", and every token reads " + weights(mistral)
                + " of weights in bf16 against " + weights(gemma) + ": on one " + machine.title()
                + " a token takes at least "
                + time(mistral, near, machine) + " against " + time(gemma, near, machine) + " at "
                + Numbers.exact(near) + " tokens of context, and a prompt of " + Numbers.exact(near) + " tokens "
                + first(mistral, near, machine) + " against " + first(gemma, near, machine)
                + ". Its cache grows faster: " + perToken(specs.getLast())
                + " per token without a window, while Gemma’s full-attention layers add "
                + perToken(specs.getFirst())
                + ".";
        return caption + " By bytes and operations alone, "
                + sooner(crossing(gemma, mistral, tokenOn(machine)), "context", "token")
                + ", and " + sooner(crossing(gemma, mistral, promptOn(machine)), "prompt", "first token")
                + ". Overhead per layer comes on top and favours fewer layers. All numbers are computed from the"
                + " architectures and from the machines’ published data sheets; nothing is measured."
                + LayerFigures.notCounted(specs);
    }

    private static String sooner(OptionalLong crossing, String axis, String what) {
        return crossing.isPresent()
                ? "from a " + axis + " of " + Numbers.exact(crossing.getAsLong()) + " tokens on Gemma’s " + what
                        + " comes sooner"
                : "at no " + axis + " does Gemma’s " + what + " come sooner";
    }

    /** What a scenario takes at a number of tokens. */
    @FunctionalInterface
    interface Seconds {
        double of(Scenario scenario, int tokens);
    }

    static Seconds tokenOn(Machine machine) {
        return (scenario, context) -> scenario.stepSeconds(context, machine);
    }

    static Seconds promptOn(Machine machine) {
        return (scenario, tokens) -> scenario.promptSeconds(tokens, machine);
    }

    /** Weights that one token reads: of an input table that is no head, one row. */
    private static String weights(Scenario scenario) {
        return Unit.BYTES.text(scenario.cost().weightBytes(1, 1));
    }

    private static String time(Scenario scenario, int context, Machine machine) {
        return Unit.SECONDS.text(scenario.stepSeconds(context, machine));
    }

    private static String first(Scenario scenario, int tokens, Machine machine) {
        return Unit.SECONDS.text(scenario.promptSeconds(tokens, machine));
    }

    /** Bytes that one more token adds far out, when every window is full. */
    private static String perToken(ArchitectureSpec spec) {
        long most = spec.maxPositions();
        return Unit.BYTES.text((spec.cacheElements(most) - spec.cacheElements(most - 1)) * CacheTable.BF16_BYTES);
    }

    /**
     * From how many tokens on the one takes no longer than the other; empty if always, or never. Their difference has
     * to change its sign once.
     */
    static OptionalLong crossing(Scenario one, Scenario other, Seconds seconds) {
        IntPredicate sooner = tokens -> seconds.of(one, tokens) <= seconds.of(other, tokens);
        int early = (int) FIRST;
        int late = Math.min(one.spec().maxPositions(), other.spec().maxPositions());
        if (sooner.test(early) || !sooner.test(late)) {
            return OptionalLong.empty();
        }
        while (late - early > 1) {
            int middle = (early + late) >>> 1;
            if (sooner.test(middle)) {
                late = middle;
            } else {
                early = middle;
            }
        }
        return OptionalLong.of(late);
    }

    private static Diagram curves(Quantity quantity, List<Scenario> scenarios, Machine machine) {
        int most = scenarios.getFirst().spec().maxPositions();
        var set = CurveSet.of(quantity, scenarios, Optional.of(machine), FIRST, most);
        return CurveChart.of(set, List.of()).diagram();
    }

    private static Diagram bytes(List<Scenario> scenarios) {
        var rows = new ArrayList<BarChart.Row>();
        for (int context : CONTEXTS) {
            for (var scenario : scenarios) {
                double cache = scenario.cost().cacheBytes(context - 1);
                String label = scenario.label() + " at " + Unit.TOKENS.text(context);
                rows.add(new BarChart.Row(label, List.of(scenario.readBytes(context) - cache, cache)));
            }
        }
        String told = rows.stream()
                .map(row -> row.label() + ": " + Unit.BYTES.text(row.values().getFirst()) + " and "
                        + Unit.BYTES.text(row.values().getLast()))
                .collect(Collectors.joining("; "));
        return new BarChart(
                        "Bytes read per token",
                        "Bars: bytes of weights and of KV cache that are read to decode one token, at several contexts. "
                                + told + ".",
                        "bytes read to decode one token",
                        Unit.BYTES,
                        List.of(
                                new BarChart.Part("weights", Role.FEED_FORWARD),
                                new BarChart.Part("KV cache", Role.CACHE)),
                        rows,
                        BarChart.Arrangement.STACKED,
                        List.of(
                                "Computed: weights and KV cache in bf16, one sequence. A context of 1k is 1,024 tokens."))
                .diagram();
    }
}
