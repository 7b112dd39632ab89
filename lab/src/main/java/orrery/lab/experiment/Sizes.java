package orrery.lab.experiment;

import java.util.Map;
import orrery.report.CacheTable;
import orrery.spec.ArchitectureSpec;

/** What an architecture keeps and uses, by arithmetic. */
record Sizes(ArchitectureSpec spec, int context) {
    /** Bytes of KV cache in bf16, per token while no window is full and per sequence of the context; parameters. */
    void addTo(Map<String, Double> measures) {
        measures.put("cache_bytes_per_token", (double) spec.cacheElementsPerToken() * CacheTable.BF16_BYTES);
        measures.put("kv_bytes", spec.cacheBytes(context, CacheTable.BF16_BYTES));
        measures.put("active_parameters", (double) spec.activeParameters());
    }
}
