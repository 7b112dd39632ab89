package orrery.report;

import java.util.List;
import orrery.kernel.KvCache;
import orrery.spec.ArchitectureSpec;
import orrery.spec.SpecException;
import orrery.tensor.KvType;

/**
 * A use of a model: a batch of sequences of a certain length, with certain KV cache dtypes.
 *
 * @param context tokens of each sequence
 * @param batch sequences
 * @param types of the cache
 */
public record CacheQuestion(int context, int batch, List<KvType> types) {
    /** @throws SpecException if one of the numbers is less than 1 */
    public CacheQuestion {
        types = List.copyOf(types);
        require("context", context);
        require("batch", batch);
    }

    private static void require(String name, int number) {
        if (number < 1) {
            throw new SpecException(name + " is " + number + ", expected 1 or more");
        }
    }

    /**
     * The answer for a type.
     *
     * @param bytes of the whole cache
     */
    public record Answer(KvType type, double bytes) {}

    /** One for each of the types. */
    public List<Answer> answers(ArchitectureSpec spec) {
        return types.stream()
                .map(type -> new Answer(type, (double) batch * KvCache.bytesHeld(spec.caches(), type, context)))
                .toList();
    }
}
