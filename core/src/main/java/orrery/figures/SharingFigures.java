package orrery.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import orrery.ablation.Ablation;
import orrery.draw.AttentionSharing;
import orrery.draw.OpenedPart;
import orrery.draw.Role;
import orrery.draw.chart.BarChart;
import orrery.draw.chart.Unit;
import orrery.report.CacheTable;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Op;

/** Who shares keys and values: figures 2 to 4. */
final class SharingFigures {
    private static final int GROUPS = 8;
    private static final String BASELINE =
            "The baseline of every ratio in figures 3 and 4 is multi-head attention with as many heads, with keys and"
                    + " values as wide as one value head here, as in DeepSeek V2’s report (arXiv:2405.04434, table"
                    + " 1).";

    private SharingFigures() {}

    /** Multi-head attention against grouped queries, of heads of the same number and size. */
    static Figure groups() {
        var specs = Models.named("olmo-2-7b", "llama-3-8b");
        var all = specs.getFirst();
        var few = specs.getLast();
        var latent = Models.named("deepseek-v3");
        return new Figure(
                FigureHeading.of(2),
                "Both models have " + Numbers.count(heads(all), "query head") + " in a layer. In " + all.name()
                        + " each has its own keys and values; in " + few.name() + " "
                        + heads(few) / keyValueHeads(few) + " share one pair, so a token adds "
                        + elements(few) + " values to a layer's cache instead of " + elements(all)
                        + ". Every width is to scale; the bars below have one scale, with " + latent.name()
                        + "’s latent attention among them. Computed: all numbers, from the published configs. The"
                        + " mechanisms: arXiv:1706.03762 (MHA), arXiv:2305.13245 (GQA), arXiv:2405.04434 (MLA).",
                AttentionSharing.of(specs, List.of(latent)));
    }

    /** Multi-head attention against latent attention, at DeepSeek V3's size. */
    static Figure latents() {
        var spec = Models.named("deepseek-v3");
        var all = KeyValueHeads.of(spec, heads(spec), spec.name() + " with multi-head attention");
        var latent = KeyValueHeads.latent(spec);
        long rebuilt = (long) latent.queryHeads() * (latent.querySize() + latent.valueSize());
        long cached = latent.cache().elementsPerToken();
        return new Figure(
                FigureHeading.of(3),
                "One token passing through one layer. Multi-head latent attention projects the input down to one KV"
                        + " latent of "
                        + Numbers.exact(latent.latentRank()) + " values and one rotary key of "
                        + latent.rope().dimensions() + "; these " + elements(spec)
                        + " values per token per layer are all that is cached; every head's keys and values are"
                        + " computed from the latent. The rotary key is separate and shared by all"
                        + " heads, because a rotation between latent and key would prevent folding the"
                        + " up-projection into the queries. The same " + heads(spec) + " heads cache " + elements(all)
                        + " values if each has its own keys and values; that model is hypothetical and was never"
                        + " trained. "
                        + BASELINE + " Against the keys that are computed here, which are "
                        + latent.rope().dimensions() + " values wider, it would be 1/"
                        + Math.round((double) rebuilt / cached)
                        + ". Computed: all numbers, from the config that was published with " + spec.name()
                        + " (arXiv:2412.19437); all areas are to scale.",
                OpenedPart.ATTENTION.draw(List.of(all, spec)));
    }

    /** What each way keeps at DeepSeek V2's size, beside its report's tables of quality. */
    static Figure cache() {
        var specs = variants();
        var latent = specs.getLast();
        var rows = specs.stream()
                .map(spec -> new BarChart.Row(
                        spec.name() + ", " + ratio(spec, specs.getFirst()),
                        List.of((double) spec.cacheElementsPerToken() * CacheTable.BF16_BYTES)))
                .toList();
        var op = KeyValueHeads.latent(latent);
        double groups = KeyValueHeads.groupsOfTheSameSize(op);
        var chart = new BarChart(
                        "KV cache of a token at DeepSeek V2’s size",
                        "Bars: what one token adds to the KV cache of all layers in bf16, with " + told(specs) + ".",
                        "bytes of KV cache that a token adds to all "
                                + latent.layers().size() + " layers, in bf16",
                        Unit.BYTES,
                        List.of(new BarChart.Part("KV cache", Role.CACHE)),
                        rows,
                        BarChart.Arrangement.GROUPED,
                        List.of("Computed from the architecture of DeepSeek V2: "
                                + Numbers.count(latent.layers().size(), "layer") + ", " + heads(latent)
                                + " heads of " + op.valueSize()
                                + ". The baseline of the ratios is the first bar. Only the one with latent"
                                + " attention exists; the other three are the same model with"
                                + " another attention."))
                .diagram();
        var published = PublishedDrawing.of(
                "Quality with each kind of attention, from DeepSeek V2’s report",
                List.of(Published.DENSE, Published.SMALL, Published.LARGE));
        var panels =
                new ArrayList<>(List.of(new Figure.Panel("computed", chart), new Figure.Panel("published", published)));
        var measured = Ablation.included("attention");
        measured.ifPresent(ablation -> panels.add(VariantRuns.attention(ablation)));
        return new Figure(
                FigureHeading.of(4),
                "Computed: at DeepSeek V2’s size latent attention caches "
                        + ratio(latent, specs.getFirst())
                        + " of what multi-head attention would, as much as grouped-query attention with "
                        + String.format(Locale.ROOT, "%.2f", groups) + " groups. " + BASELINE
                        + " Published (arXiv:2405.04434, appendix D, tables 8 and 9): of dense models the one with multi-head attention is best in "
                        + Published.wins("MHA", Published.DENSE)
                        + "; against multi-head attention, latent attention is better in "
                        + Published.wins("MLA", Published.SMALL, Published.LARGE) + "."
                        + measured.map(StatementFigures::told).orElse(""),
                panels);
    }

    /** DeepSeek V2's size with MHA, GQA, MQA, and as it is. */
    static List<ArchitectureSpec> variants() {
        var latent = Models.named("deepseek-v2");
        int heads = heads(latent);
        return List.of(
                KeyValueHeads.of(latent, heads, "MHA, " + heads + " KV heads"),
                KeyValueHeads.of(latent, GROUPS, "GQA, " + GROUPS + " groups"),
                KeyValueHeads.of(latent, 1, "MQA, 1 KV head"),
                latent.withName("MLA, as it is"));
    }

    private static String ratio(ArchitectureSpec spec, ArchitectureSpec baseline) {
        long times = Math.round((double) baseline.cacheElementsPerToken() / spec.cacheElementsPerToken());
        return times == 1 ? "baseline" : "1/" + times;
    }

    private static String told(List<ArchitectureSpec> specs) {
        return specs.stream()
                .map(spec -> spec.name() + " " + Numbers.bytes(spec.cacheElementsPerToken() * CacheTable.BF16_BYTES))
                .collect(Collectors.joining("; "));
    }

    private static Op.Attention attention(ArchitectureSpec spec) {
        return spec.layers().getFirst().attention();
    }

    private static int heads(ArchitectureSpec spec) {
        return attention(spec).queryHeads();
    }

    private static int keyValueHeads(ArchitectureSpec spec) {
        var grouped = attention(spec).grouped();
        return grouped.orElseThrow(() -> new FigureException(spec.name() + " has no KV heads"))
                .heads()
                .keyValue();
    }

    private static String elements(ArchitectureSpec spec) {
        return Numbers.exact(attention(spec).cache().elementsPerToken());
    }
}
