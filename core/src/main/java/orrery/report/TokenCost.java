package orrery.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/**
 * What one forward pass asks of a machine, by arithmetic on the spec alone: bytes that it has to read and float
 * operations that it has to do. A roofline's two numbers; activations, norms, softmax and what is written are left out.
 *
 * <p>A step of {@code rows} rows reads every weight once, of a mixture of experts those that any row chose:
 * {@code count * (1 - (1 - active / count)^rows)} of them are expected, where every expert is as likely as any other.
 * The output matrix is read, and multiplied, for {@code wanted} rows alone: in a prompt only the last row wants logits.
 */
public final class TokenCost {
    /** FP8 files have a factor in F32 for every block of this many rows and columns (arXiv:2412.19437, section 3.3). */
    private static final int SCALED_BLOCK = 128;

    private final List<Part> parts = new ArrayList<>();
    private final AttentionCost attention;

    /**
     * A weight as a step reads it.
     *
     * @param bytes of one copy
     * @param rowBytes of one row of it, which is all that a table gives
     * @param multiplyAdds of one copy with one row of activations
     */
    private record Part(Kind kind, DType dtype, int copies, int active, long bytes, long rowBytes, long multiplyAdds) {}

    private enum Kind {
        LAYER,
        TABLE,
        HEAD,
        /** The head that is the embedding again: stored once, read twice. */
        TIED_HEAD
    }

    private TokenCost(AttentionCost attention) {
        this.attention = attention;
    }

    /**
     * The cost of a model with weights stored like that, without an MTP layer.
     *
     * @param storedAs what a weight is stored in, by its path
     * @param cache in what keys and values are remembered
     */
    public static TokenCost of(ArchitectureSpec spec, BiFunction<String, WeightSpec, DType> storedAs, KvType cache) {
        return of(spec, spec.weights(), storedAs, cache);
    }

    /** The same for callers that need several and have the spec's weights already. */
    static TokenCost of(
            ArchitectureSpec spec,
            Map<String, WeightSpec> weights,
            BiFunction<String, WeightSpec, DType> storedAs,
            KvType cache) {
        var cost = new TokenCost(AttentionCost.of(spec, cache));
        weights.forEach((path, weight) -> {
            var dtype = storedAs.apply(path, weight);
            switch (weight.use()) {
                case MULTIPLIED -> cost.add(path.equals("head.weight") ? Kind.HEAD : Kind.LAYER, path, dtype, weight);
                case LOOKED_UP -> cost.add(Kind.TABLE, path, dtype, weight);
                case UNUSED -> {}
            }
            if (spec.head().tied() && path.equals("embedding.tokens")) {
                cost.add(Kind.TIED_HEAD, path, dtype, weight);
            }
        });
        return cost;
    }

    private void add(Kind kind, String path, DType dtype, WeightSpec weight) {
        long columns = weight.dimensions().getLast();
        long rows = weight.elements() / columns;
        boolean matrix = weight.dimensions().size() > 1;
        // AltUp asks the same router before it predicts and before it corrects.
        int uses = path.endsWith(".altup.router.weight") ? 2 : 1;
        parts.add(new Part(
                kind,
                dtype,
                weight.copies(),
                weight.activeCopies(),
                bytes(dtype, rows, columns),
                bytes(dtype, 1, columns),
                matrix ? uses * weight.elements() : 0));
    }

    /** Bytes of a matrix in that dtype, factors of its blocks included. */
    public static long bytes(DType dtype, long rows, long columns) {
        long factors = dtype.isFp8()
                ? Math.ceilDiv(rows, SCALED_BLOCK) * Math.ceilDiv(columns, SCALED_BLOCK) * Float.BYTES
                : 0;
        return Math.addExact(dtype.bytes(Math.multiplyExact(rows, columns)), factors);
    }

    /** Bytes of all weights that are read at all. A tied head counts once. */
    public long storedBytes() {
        return storedBytesByType().values().stream().mapToLong(Long::longValue).sum();
    }

    /** The same by dtype. */
    public Map<DType, Long> storedBytesByType() {
        var bytes = new EnumMap<DType, Long>(DType.class);
        for (var part : parts) {
            if (part.kind != Kind.TIED_HEAD) {
                bytes.merge(part.dtype, part.bytes * part.copies, Math::addExact);
            }
        }
        return bytes;
    }

    /** Bytes of weights that a step reads, including the head's if any row needs logits. */
    public double weightBytes(int rows, int wanted) {
        double bytes = 0;
        for (var part : parts) {
            bytes += read(part, rows, wanted);
        }
        return bytes;
    }

    private static double read(Part part, int rows, int wanted) {
        return switch (part.kind) {
            case LAYER -> part.bytes * distinct(part.copies, part.active, rows);
            case TABLE -> (double) part.rowBytes * part.active * rows;
            case HEAD, TIED_HEAD -> wanted > 0 ? part.bytes : 0;
        };
    }

    /** The expected number of copies used in a step: all, if every row uses all. */
    static double distinct(int copies, int active, int rows) {
        return active == copies ? copies : copies * (1 - Math.pow(1 - (double) active / copies, rows));
    }

    /**
     * Bytes of keys and values, or latents, that a row at that position reads, its own position's among them; and of
     * states.
     */
    public double cacheBytes(int position) {
        return attention.bytes(position);
    }

    /** Bytes read in a step with one row at that position for each of {@code batch} sequences. */
    public double decodeBytes(int position, int batch) {
        return weightBytes(batch, batch) + batch * cacheBytes(position);
    }

    /** Float operations of the matrix products; a multiply-add counts as two. */
    public double productFlops(long rows, long wanted) {
        double multiplyAdds = 0;
        for (var part : parts) {
            multiplyAdds += switch (part.kind) {
                case LAYER -> (double) part.multiplyAdds * part.active * rows;
                case TABLE -> 0;
                case HEAD, TIED_HEAD -> (double) part.multiplyAdds * wanted;
            };
        }
        return 2 * multiplyAdds;
    }

    /** Float operations of one row's attention at that position: queries with keys, and weights with values. */
    public double attentionFlops(int position) {
        return attention.decodeFlops(position);
    }

    /** FLOPs of a step with one row at that position for each of {@code batch} sequences. */
    public double decodeFlops(int position, int batch) {
        return productFlops(batch, batch) + batch * attentionFlops(position);
    }

    /** FLOPs of a whole prompt of this many tokens. */
    public double prefillFlops(int tokens) {
        return productFlops(tokens, 1) + attention.prefillFlops(tokens);
    }

    /** Bytes of weights that a prompt reads which is run in passes of at most {@code rows} tokens. */
    public double prefillBytes(int tokens, int rows) {
        int rest = tokens % rows == 0 ? rows : tokens % rows;
        return (tokens - rest) / rows * weightBytes(rows, 0) + weightBytes(rest, 1);
    }

    /** FLOPs per byte read in a step with one row at that position for each of {@code batch} sequences. */
    public double decodeIntensity(int position, int batch) {
        return decodeFlops(position, batch) / decodeBytes(position, batch);
    }

    /** FLOPs per byte read for a prompt of this many tokens in one pass; the cache is read once. */
    public double prefillIntensity(int tokens) {
        return prefillFlops(tokens) / (weightBytes(tokens, 1) + cacheBytes(tokens - 1));
    }

    /** What attention adds to a row for each position that it attends to, layers of the same reach together. */
    List<WorkTable.Term> attentionTerms() {
        return attention.terms();
    }
}
