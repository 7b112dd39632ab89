package orrery.spec;

/**
 * Attention heads. Query head {@code h} reads KV head {@code h / (query / keyValue)}.
 *
 * @param query number of query heads
 * @param keyValue number of KV heads, a divisor of {@code query}
 * @param size elements per head; not always hidden size over heads
 */
public record Heads(int query, int keyValue, int size) {
    public Heads {
        SpecException.require(
                query > 0 && keyValue > 0 && size > 0,
                query + " query heads, " + keyValue + " KV heads of size " + size + ": expected 1 or more of each");
        SpecException.require(
                query % keyValue == 0, query + " query heads do not divide into " + keyValue + " KV heads");
        SpecException.require((long) query * size <= Integer.MAX_VALUE, query + " heads of " + size + " are too wide");
    }

    /** How many query heads share a KV head. */
    public int group() {
        return query / keyValue;
    }
}
