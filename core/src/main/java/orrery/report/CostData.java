package orrery.report;

import static orrery.report.CardData.map;

import java.util.LinkedHashMap;
import java.util.Map;
import orrery.catalog.Ledger;
import orrery.catalog.Release;
import orrery.spec.Reach;
import orrery.tensor.DType;

/** What {@link CostSections} tells, for programs. */
final class CostData {
    private CostData() {}

    static Map<String, Object> release(Release release) {
        var data = map("hub_id", release.hubId(), "source", release.card().toString());
        release.released().ifPresent(day -> data.put("released", day.toString()));
        release.licence().ifPresent(licence -> data.put("licence", licence));
        release.paper().ifPresent(paper -> data.put("arxiv_id", paper));
        data.put("aliases", release.aliases());
        data.putAll(Announced.of(release.spec()).data());
        return data;
    }

    static Map<String, Object> of(ArchitectureReport report) {
        var data = new LinkedHashMap<String, Object>();
        var work = report.work();
        var flops = map("product_flops", Math.round(work.products()));
        flops.put(
                "for_each_position",
                work.terms().stream()
                        .map(term -> map(
                                "layers", term.layers(), "sees", sees(term.reach()), "flops", Math.round(term.flops())))
                        .toList());
        flops.put(
                "contexts",
                work.rows().stream()
                        .map(row -> map(
                                "tokens",
                                row.tokens(),
                                "decode_flops",
                                Math.round(row.decode()),
                                "prefill_flops",
                                Math.round(row.prefill())))
                        .toList());
        data.put("flops_per_token", flops);
        data.put(
                "weights_by_type",
                report.weights().rows().stream()
                        .map(row -> map(
                                "dtype",
                                row.label(),
                                "bytes",
                                row.bytes(),
                                "read_bytes_per_token",
                                Math.round(row.readPerToken())))
                        .toList());
        data.put("weight_notes", WeightTable.notes(report.spec()));
        var intensity = report.intensity();
        var rates = map("tokens", intensity.context());
        rates.put("dtypes", intensity.rows().stream().map(CostData::intensity).toList());
        data.put("flops_per_byte", rates);
        report.question().ifPresent(question -> data.put("asked", asked(report, question)));
        return data;
    }

    private static Map<String, Object> intensity(IntensityTable.Row row) {
        var data = map("dtype", WeightTable.label(row.type()));
        for (int i = 0; i < IntensityTable.BATCHES.size(); i++) {
            data.put(
                    "decode_batch_" + IntensityTable.BATCHES.get(i),
                    row.decode().get(i));
        }
        data.put("prefill", row.prefill());
        return data;
    }

    static Map<String, Object> proof(Ledger ledger) {
        var data = map("elements_in_files", ledger.inFile(), "parameters", ledger.parameters());
        data.put("left_out", ledger.leftOut());
        data.put(
                "others",
                ledger.others().stream()
                        .map(entry -> map("elements", entry.elements(), "what", entry.what()))
                        .toList());
        data.put("difference", ledger.difference());
        data.put("text", ledger.text());
        return data;
    }

    private static Map<String, Object> asked(ArchitectureReport report, CacheQuestion question) {
        int position = question.context() - 1;
        var data = map("context", question.context(), "batch", question.batch());
        data.put(
                "kv_types",
                question.answers(report.spec()).stream()
                        .map(answer -> {
                            var cost = report.cost(DType.BF16, answer.type());
                            return map(
                                    "kv_type", answer.type().label(),
                                    "kv_cache_bytes", Math.round(answer.bytes()),
                                    "decode_bytes", Math.round(cost.decodeBytes(position, question.batch())),
                                    "decode_flops", Math.round(cost.decodeFlops(position, question.batch())));
                        })
                        .toList());
        return data;
    }

    private static String sees(Reach reach) {
        return switch (reach) {
            case Reach.Full _ -> "all";
            case Reach.Window(var tokens) -> "last " + tokens;
            case Reach.Chunk(var tokens) -> "chunk of " + tokens;
        };
    }
}
