package orrery.report;

import static orrery.report.DataMap.map;

import java.util.ArrayList;
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
        var data = map();
        var work = report.work();
        var flops = map("product_flops", Math.round(work.products()));
        flops.put("for_each_position", work.terms().stream().map(CostData::term).toList());
        flops.put("contexts", work.rows().stream().map(CostData::work).toList());
        data.put("flops_per_token", flops);
        data.put(
                "weights_by_type",
                report.weights().rows().stream().map(CostData::weights).toList());
        data.put("weight_notes", WeightTable.notes(report.spec()));
        var intensity = report.intensity();
        var rates = map("tokens", intensity.context());
        rates.put("dtypes", intensity.rows().stream().map(CostData::intensity).toList());
        data.put("flops_per_byte", rates);
        report.question().ifPresent(question -> data.put("asked", asked(report, question)));
        return data;
    }

    private static Map<String, Object> term(WorkTable.Term term) {
        return map("layers", term.layers(), "sees", sees(term.reach()), "flops", Math.round(term.flops()));
    }

    private static Map<String, Object> work(WorkTable.Row row) {
        var data = map("tokens", row.tokens(), "decode_flops", Math.round(row.decode()));
        data.put("prefill_flops", Math.round(row.prefill()));
        return data;
    }

    private static Map<String, Object> weights(WeightTable.Row row) {
        var data = map("dtype", row.label(), "bytes", row.bytes());
        data.put("read_bytes_per_token", Math.round(row.readPerToken()));
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
        var others = ledger.others().stream().map(entry -> map("elements", entry.elements(), "what", entry.what()));
        data.put("others", others.toList());
        data.put("difference", ledger.difference());
        data.put("text", ledger.text());
        return data;
    }

    private static Map<String, Object> asked(ArchitectureReport report, CacheQuestion question) {
        int position = question.context() - 1;
        var data = map("context", question.context(), "batch", question.batch());
        var types = new ArrayList<Map<String, Object>>();
        for (var answer : question.answers(report.spec())) {
            var cost = report.cost(DType.BF16, answer.type());
            types.add(map(
                    "kv_type", answer.type().label(),
                    "kv_cache_bytes", Math.round(answer.bytes()),
                    "decode_bytes", Math.round(cost.decodeBytes(position, question.batch())),
                    "decode_flops", Math.round(cost.decodeFlops(position, question.batch()))));
        }
        data.put("kv_types", types);
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
