package orrery.app.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import orrery.app.terminal.Front;
import orrery.engine.EngineOptions;
import orrery.measure.Bench;
import orrery.measure.BenchPlan;
import orrery.measure.Measured;
import orrery.measure.Quartiles;
import orrery.measure.Results;
import orrery.measure.Roofline;
import orrery.measure.Subject;
import orrery.measure.Workload;
import orrery.report.Numbers;
import orrery.report.TokenCost;

/** The card before the measurement, and the table after it. */
public final class BenchTables {
    private final Front front;
    private final PrintWriter out;
    private final Subject subject;
    private final BenchPlan plan;
    private final int rows;

    public BenchTables(Front front, Subject subject, BenchPlan plan, EngineOptions options) {
        this.front = front;
        out = front.out();
        this.subject = subject;
        this.plan = plan;
        rows = options.prefillRows();
    }

    /** The model's demands, the machine's peaks, and the resulting predictions. */
    public void printCard(Bench bench) {
        var cut = subject.cut();
        var cost = subject.cost(plan.kvType());
        out.println(front.style().accent(cut.whole().name()) + ", " + subject.storage());
        fact("layers", layers());
        if (!cut.isWhole()) {
            fact("all weights", Numbers.bytes(subject.costOfWhole(plan.kvType()).storedBytes()));
        }
        fact(cut.isWhole() ? "weights" : "made of them", Numbers.bytes(cost.storedBytes()) + ": " + types(cost));
        fact("a token reads", Numbers.scaled(cost.weightBytes(1, 1), "B") + " of them");
        fact("kernels", bench.kernels());
        fact("read bandwidth", Numbers.scaled(bench.bandwidth(), "B/s"));
        fact("FMA peak", Numbers.scaled(bench.fmaPeak(), "FLOP/s"));
        bench.bytePeak().ifPresent(peak -> fact("byte peak", Numbers.scaled(peak, "OP/s")));
        out.println();
        heading("by arithmetic", "reads", "computes", "at best", "bound by");
        plan.workloads().forEach(workload -> roofline(workload, cost, bench, ""));
        if (!cut.isWhole()) {
            plan.workloads().forEach(workload -> roofline(workload, subject.costOfWhole(plan.kvType()), bench, " *"));
            out.println("  * all " + cut.whole().layers().size() + " layers");
        }
        out.println();
        out.flush();
    }

    private void roofline(Workload workload, TokenCost cost, Bench bench, String mark) {
        var line = Roofline.of(
                workload, cost, rows, bench.bandwidth(), bench.bytePeak().orElse(bench.fmaPeak()));
        row(
                words(workload) + mark,
                Numbers.scaled(line.bytes(), "B"),
                Numbers.scaled(line.flops(), "FLOP"),
                speed(line.tokensPerSecond()),
                line.boundByMemory() ? "reading" : "arithmetic");
    }

    /** The measurements, the machine's peaks, and predictions from the measurements. */
    public void printResults(Results results, OptionalLong resident) {
        heading(
                "measured, " + Numbers.count(results.rounds(), "round"),
                "tokens/s",
                "quartiles",
                "of bandwidth",
                results.bytePeak().isPresent() ? "of byte peak" : "of FMA peak");
        results.workloads().forEach(this::measured);
        var cut = subject.cut();
        if (!cut.isWhole()) {
            out.println();
            out.println("Predicted for all " + cut.whole().layers().size()
                    + " layers, not measured, from the time of each kind of");
            out.println("layer, of the embedding and of the head:");
            for (var one : results.workloads()) {
                row(
                        words(one.workload()),
                        speed(one.wholeTokensPerSecond().median()),
                        range(one.wholeTokensPerSecond()),
                        "",
                        "");
            }
        }
        out.println();
        fact("read meanwhile", between(results.bandwidth(), "B/s"));
        fact("FMA meanwhile", between(results.fmaPeak(), "FLOP/s"));
        results.bytePeak().ifPresent(peak -> fact("bytes meanwhile", between(peak, "OP/s")));
        var memory = new ArrayList<String>();
        resident.ifPresent(bytes -> memory.add(Numbers.bytes(bytes) + " resident"));
        memory.add("weights " + Numbers.bytes(subject.cost(plan.kvType()).storedBytes()));
        memory.add("KV cache in " + plan.kvType().label() + " " + Numbers.bytes(results.cacheBytes()));
        fact("memory", String.join(", ", memory));
    }

    private void measured(Measured one) {
        row(
                words(one.workload()),
                speed(one.tokensPerSecond().median()),
                range(one.tokensPerSecond()),
                share(one.shareOfBandwidth(), one.boundByMemory()),
                share(one.shareOfArithmetic(), !one.boundByMemory()));
    }

    private String layers() {
        var cut = subject.cut();
        int all = cut.whole().layers().size();
        return cut.isWhole()
                ? all + ", all of them"
                : cut.layers().size() + " of " + all + ", as many as fit: " + ranges(cut.layers());
    }

    /** Ascending numbers with ranges: {@code 0-3, 7}. */
    static String ranges(List<Integer> numbers) {
        var parts = new ArrayList<String>();
        for (int i = 0; i < numbers.size(); ) {
            int end = i;
            while (end + 1 < numbers.size() && numbers.get(end + 1) == numbers.get(end) + 1) {
                end++;
            }
            parts.add(end == i ? String.valueOf(numbers.get(i)) : numbers.get(i) + "-" + numbers.get(end));
            i = end + 1;
        }
        return String.join(", ", parts);
    }

    private static String types(TokenCost cost) {
        return cost.storedBytesByType().entrySet().stream()
                .map(entry -> entry.getKey() + " " + Numbers.bytes(entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String words(Workload workload) {
        return switch (workload) {
            case Workload.Prefill(var tokens) -> "prefill " + tokens;
            case Workload.Decode(var context, var batch) -> "decode at " + context + (batch == 1 ? "" : " × " + batch);
        };
    }

    private static String speed(double tokens) {
        return String.format(Locale.ROOT, tokens < 9.995 ? "%.2f" : tokens < 99.95 ? "%.1f" : "%,.0f", tokens);
    }

    private static String range(Quartiles speeds) {
        return speed(speeds.lower()) + " to " + speed(speeds.upper());
    }

    /** With its quartiles if it is the binding one. */
    private static String share(Quartiles shares, boolean binding) {
        return binding
                ? String.format(
                        Locale.ROOT,
                        "%.0f %% (%.0f-%.0f)",
                        100 * shares.median(),
                        100 * shares.lower(),
                        100 * shares.upper())
                : String.format(Locale.ROOT, "%.0f %%", 100 * shares.median());
    }

    private static String between(Quartiles speeds, String unit) {
        return Numbers.scaled(speeds.median(), unit) + " (" + Numbers.scaled(speeds.lower(), unit) + " to "
                + Numbers.scaled(speeds.upper(), unit) + ")";
    }

    private void fact(String label, String text) {
        out.println(front.style().dim(String.format(Locale.ROOT, "  %-17s", label)) + text);
    }

    private void heading(String... cells) {
        out.println(front.style().bold(line(cells)));
    }

    private void row(String... cells) {
        out.println(line(cells));
    }

    private static String line(String... cells) {
        return String.format(Locale.ROOT, "%-21s %8s %15s %16s %16s", (Object[]) cells)
                .stripTrailing();
    }
}
