package orrery.curve;

import java.util.OptionalLong;
import java.util.function.BiFunction;
import orrery.kernel.KvCache;
import orrery.report.TokenCost;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/**
 * How a model would be run: the types of its weights and KV cache, and the number of sequences decoded together. A
 * draft is left out.
 *
 * <p>A <em>context</em> of so many tokens is what the last of them attends to with full attention: itself and all
 * before it.
 *
 * @param label what distinguishes it from others, for a legend
 * @param storage the type of its weights, in a word
 * @param cost of that spec, with weights and KV cache in those types
 */
public record Scenario(String label, ArchitectureSpec spec, String storage, TokenCost cost, KvType kvType, int batch) {
    public Scenario {
        if (batch < 1) {
            throw new CurveException("batch is " + batch + ", expected 1 or more");
        }
    }

    /**
     * A scenario labelled with its model's name.
     *
     * @param storage the type of its weights, in a word
     * @param storedAs the type of a weight, by its path
     * @throws CurveException if the batch is below 1
     */
    public static Scenario of(
            ArchitectureSpec spec,
            String storage,
            BiFunction<String, WeightSpec, DType> storedAs,
            KvType kvType,
            int batch) {
        var cost = TokenCost.of(spec, storedAs, kvType);
        return new Scenario(spec.name(), spec, storage, cost, kvType, batch);
    }

    public Scenario withLabel(String other) {
        return new Scenario(other, spec, storage, cost, kvType, batch);
    }

    /** Bytes of all weights, including every expert: what has to fit into memory. */
    public long weightBytes() {
        return cost.storedBytes();
    }

    /**
     * Bytes of KV cache and states of all sequences at that context; windows and chunks stop growing when they are
     * full.
     */
    public long heldBytes(long context) {
        return Math.multiplyExact(KvCache.bytesHeld(spec.caches(), kvType, context), (long) batch);
    }

    /** Bytes read per token by a decoding step at that context, weights and KV cache. */
    public double readBytes(int context) {
        return cost.decodeBytes(context - 1, batch) / batch;
    }

    /** FLOPs per token at that context. */
    public double flops(int context) {
        return cost.decodeFlops(context - 1, 1);
    }

    /** Seconds of a decoding step at that context, with one token per sequence. */
    public double stepSeconds(int context, Machine machine) {
        return machine.seconds(cost.decodeBytes(context - 1, batch), cost.decodeFlops(context - 1, batch));
    }

    /** FLOPs of one prompt of this many tokens, up to the logits of the last. */
    public double promptFlops(int tokens) {
        return cost.prefillFlops(tokens);
    }

    /**
     * Seconds of one prompt in one pass: its operations, or the weights that it reads. Keys and values come from the
     * CPU's caches there, and do not count.
     */
    public double promptSeconds(int tokens, Machine machine) {
        return machine.seconds(cost.prefillBytes(tokens, tokens), cost.prefillFlops(tokens));
    }

    /** Whether weights and KV cache together fit. Activations and the program itself are not counted. */
    public Room room(Machine machine) {
        long left = machine.memory() - weightBytes();
        if (left < heldBytes(1)) {
            return new Room.TooSmall(weightBytes());
        }
        return fullAt(left).stream().<Room>mapToObj(Room.UpTo::new).findFirst().orElse(Room.ENOUGH);
    }

    /** The longest context whose cache is at most that large; empty if the longest of all fits. */
    private OptionalLong fullAt(long bytes) {
        long fits = 1;
        long most = spec.maxPositions();
        if (heldBytes(most) <= bytes) {
            return OptionalLong.empty();
        }
        while (most - fits > 1) {
            long middle = (fits + most) >>> 1;
            if (heldBytes(middle) <= bytes) {
                fits = middle;
            } else {
                most = middle;
            }
        }
        return OptionalLong.of(fits);
    }
}
