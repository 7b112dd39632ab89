package orrery.measure;

import orrery.kernel.KvCache;
import orrery.report.TokenCost;
import orrery.spec.ArchitectureSpec;
import orrery.spec.CacheSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/** One thing that is measured. */
public sealed interface Workload {

    /** A prompt from its first token on; only its last row wants logits. */
    record Prefill(int tokens) implements Workload {}

    /** Sequences with a context of {@code context} tokens each; every step adds one token to each. */
    record Decode(int context, int batch) implements Workload {}

    /** Tokens that one measurement computes, or adds to each sequence. */
    default int length(int decoded) {
        return switch (this) {
            case Prefill(var tokens) -> tokens;
            case Decode _ -> decoded;
        };
    }

    /** Tokens of all sequences that one measurement computes. */
    default long tokens(int decoded) {
        return switch (this) {
            case Prefill(var tokens) -> tokens;
            case Decode(var _, var batch) -> (long) batch * decoded;
        };
    }

    /** The first position that is computed. */
    default int start() {
        return switch (this) {
            case Prefill _ -> 0;
            case Decode(var context, var _) -> context;
        };
    }

    /** The number of sequences. */
    default int sequences() {
        return switch (this) {
            case Prefill _ -> 1;
            case Decode(var _, var batch) -> batch;
        };
    }

    /**
     * Bytes that one measurement has to read.
     *
     * @param first the first position that it computes
     * @param count tokens that it adds to each sequence
     * @param rows the most rows of a pass
     */
    default double bytes(TokenCost cost, int first, int count, int rows) {
        return switch (this) {
            case Prefill(var tokens) -> cost.prefillBytes(tokens, rows);
            case Decode(var _, var batch) -> {
                double bytes = 0;
                for (int i = 0; i < count; i++) {
                    bytes += cost.decodeBytes(first + i, batch);
                }
                yield bytes;
            }
        };
    }

    /** FLOPs of one measurement; the arguments as for the bytes. */
    default double flops(TokenCost cost, int first, int count) {
        return switch (this) {
            case Prefill(var tokens) -> cost.prefillFlops(tokens);
            case Decode(var _, var batch) -> {
                double flops = 0;
                for (int i = 0; i < count; i++) {
                    flops += cost.decodeFlops(first + i, batch);
                }
                yield flops;
            }
        };
    }

    /** Bytes of KV cache and states, in whole pages, if {@code decoded} tokens are added to a context. */
    default long cacheBytes(ArchitectureSpec spec, KvType type, int decoded) {
        int page = KvCache.DEFAULT_PAGE_SIZE;
        long end = (long) start() + length(decoded);
        long bytes = 0;
        for (var cache : spec.caches()) {
            long one = switch (cache) {
                case CacheSpec.PerToken kept -> {
                    long runs = Math.ceilDiv(end, page) - kept.reach().firstSeenFrom(start()) / page;
                    yield Math.multiplyExact(KvCache.bytesPerToken(kept, type), runs * page);
                }
                case CacheSpec.PerSequence(var elements) -> DType.F32.bytes(elements);
                case CacheSpec.Borrowed _, CacheSpec.None _ -> 0;
            };
            bytes = Math.addExact(bytes, Math.multiplyExact(one, (long) sequences()));
        }
        return bytes;
    }
}
