package orrery.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import orrery.catalog.GgufTypes;
import orrery.kernel.KvCache;
import orrery.report.Card.Fact;
import orrery.report.Card.Section;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/**
 * The parts of a card that say what a model takes: memory by context and type, work, and how much of it each byte
 * gives.
 */
final class CostSections {
    private CostSections() {}

    static List<Section> of(ArchitectureReport report) {
        var sections = new ArrayList<Section>();
        sections.add(context(report));
        report.question().ifPresent(question -> sections.add(asked(report, question)));
        var types = GgufTypes.of(report.spec());
        var costs = WeightTable.costs(report.spec(), types);
        var intensity = IntensityTable.of(report.spec(), costs);
        sections.add(weights(WeightTable.of(costs), intensity, WeightTable.notes(report.spec(), types)));
        return sections;
    }

    private static Section context(ArchitectureReport report) {
        var cache = report.cache();
        var work = report.work();
        var facts = new ArrayList<Fact>();
        String each = Numbers.bytes(cache.bytesPerToken());
        facts.add(new Fact("each token", List.of(Numbers.exact(cache.perToken()), each, "", "")));
        if (cache.state() > 0) {
            String states = Numbers.bytes(cache.state() * Float.BYTES);
            facts.add(new Fact("states, in f32", List.of(Numbers.exact(cache.state()), states, "", "")));
        }
        for (int i = 0; i < cache.rows().size(); i++) {
            var kept = cache.rows().get(i);
            var done = work.rows().get(i);
            var cells = List.of(
                    Numbers.exact(kept.elements()), Numbers.bytes(kept.bytes()),
                    Numbers.scaled(done.decode(), "FLOP"), Numbers.scaled(done.prefill(), "FLOP"));
            facts.add(new Fact(Numbers.count(kept.tokens(), "token"), cells));
        }
        return new Section(
                "By context",
                List.of("KV elements", "KV, bf16", "decode", "prefill"),
                facts,
                Optional.of("Decode per token: " + work.closedForm() + "; in prefill: the mean over a prompt. "
                        + inOtherTypes(report.spec())));
    }

    private static String inOtherTypes(ArchitectureSpec spec) {
        return "Models in 16 bits or fewer run with a KV cache in f16, as large as in bf16. KV per token in "
                + Arrays.stream(KvType.values())
                        .filter(type -> type == KvType.F32 || type == KvType.Q8)
                        .map(type -> type.label() + ": " + Numbers.bytes(bytesPerToken(spec, type)))
                        .collect(Collectors.joining(", in "))
                + ".";
    }

    private static long bytesPerToken(ArchitectureSpec spec, KvType type) {
        return spec.caches().stream()
                .mapToLong(cache -> KvCache.bytesPerToken(cache, type))
                .sum();
    }

    private static Section asked(ArchitectureReport report, CacheQuestion question) {
        var facts = new ArrayList<Fact>();
        for (var answer : question.answers(report.spec())) {
            var cost = report.cost(DType.BF16, answer.type());
            int position = question.context() - 1;
            var cells = List.of(
                    Numbers.bytes(Math.round(answer.bytes())),
                    Numbers.bytes(Math.round(cost.decodeBytes(position, question.batch()))),
                    Numbers.scaled(cost.decodeFlops(position, question.batch()), "FLOP"),
                    plain(cost.decodeIntensity(position, question.batch())));
            facts.add(new Fact("KV in " + answer.type().label(), cells));
        }
        return new Section(
                Numbers.exact(question.batch()) + " × " + Numbers.count(question.context(), "token"),
                List.of("KV cache", "a step reads", "computes", "FLOP/byte"),
                facts,
                Optional.of("A step decodes one token per sequence; weights in bf16."));
    }

    private static Section weights(WeightTable table, IntensityTable intensity, List<String> notes) {
        var facts = new ArrayList<Fact>();
        for (int i = 0; i < table.rows().size(); i++) {
            var row = table.rows().get(i);
            var each = intensity.rows().get(i);
            var cells = new ArrayList<String>();
            cells.add(Numbers.bytes(row.bytes()));
            cells.add(Numbers.bytes(Math.round(row.readPerToken())));
            each.decode().forEach(one -> cells.add(plain(one)));
            cells.add(plain(each.prefill()));
            facts.add(new Fact(row.label(), cells));
        }
        var columns = new ArrayList<>(List.of("all", "read"));
        IntensityTable.BATCHES.forEach(batch -> columns.add("batch " + batch));
        columns.add("prefill");
        return new Section(
                "Weights by type",
                columns,
                facts,
                Optional.of("Bytes in all, and read per token; then FLOPs per byte read, in decode by batch size and"
                        + " in prefill in one pass, at " + Numbers.count(intensity.context(), "token")
                        + ", cache in bf16. " + String.join(" ", notes)));
    }

    private static String plain(double number) {
        return number < 99.95 ? Numbers.fixed(number, number < 9.995 ? 2 : 1) : Numbers.exact(Math.round(number));
    }
}
