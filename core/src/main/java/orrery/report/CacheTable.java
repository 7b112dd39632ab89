package orrery.report;

import java.util.List;
import java.util.stream.LongStream;
import orrery.spec.ArchitectureSpec;

/**
 * What a model caches for a sequence.
 *
 * @param perToken elements that one more token adds while no window is full
 * @param state elements that recurrent layers keep of a sequence, whatever its length
 * @param rows at several lengths of context
 */
public record CacheTable(long perToken, long state, List<Row> rows) {
    /** Bytes of one element as most servers keep it, in bf16. */
    public static final int BF16_BYTES = 2;

    private static final List<Long> CONTEXTS = List.of(1024L, 8192L, 32_768L, 131_072L, 1_048_576L);

    public CacheTable {
        rows = List.copyOf(rows);
    }

    /**
     * The cache of a sequence of this many tokens.
     *
     * @param elements of keys and values
     * @param bytes of them in bf16, and of states, which are kept in F32
     */
    public record Row(long tokens, long elements, long bytes) {}

    /** At powers of two that the release can attend over, and at the most that it can. */
    public static CacheTable of(ArchitectureSpec spec) {
        long most = spec.maxPositions();
        var rows = LongStream.concat(
                        CONTEXTS.stream().mapToLong(Long::longValue).filter(tokens -> tokens < most),
                        LongStream.of(most))
                .mapToObj(tokens ->
                        new Row(tokens, spec.cacheElements(tokens), Math.round(spec.cacheBytes(tokens, BF16_BYTES))))
                .toList();
        return new CacheTable(spec.cacheElementsPerToken(), spec.stateElements(), rows);
    }

    /** Bytes in bf16 that one more token adds. */
    public long bytesPerToken() {
        return perToken * BF16_BYTES;
    }
}
