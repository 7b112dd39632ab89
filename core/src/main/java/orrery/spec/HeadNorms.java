package orrery.spec;

/**
 * Norms on queries, keys and values.
 *
 * @param span each head with one shared weight (Qwen 3, Gemma 3), or all heads together (OLMo 2)
 * @param order before RoPE (all families but one) or after it (Llama 4)
 */
public record HeadNorms(NormSpec query, NormSpec key, NormSpec value, Span span, Order order) {

    public static final HeadNorms NONE =
            new HeadNorms(NormSpec.NONE, NormSpec.NONE, NormSpec.NONE, Span.HEAD, Order.BEFORE_ROPE);

    /** The same norm on queries and keys, per head, before RoPE. */
    public static HeadNorms queryKey(NormSpec norm) {
        return new HeadNorms(norm, norm, NormSpec.NONE, Span.HEAD, Order.BEFORE_ROPE);
    }

    /** The same norm on queries and keys, over the whole projection, before RoPE. */
    public static HeadNorms wholeProjection(NormSpec norm) {
        return new HeadNorms(norm, norm, NormSpec.NONE, Span.PROJECTION, Order.BEFORE_ROPE);
    }

    /** What one norm covers. */
    public enum Span {
        HEAD,
        PROJECTION
    }

    /** When the norm is applied. */
    public enum Order {
        BEFORE_ROPE,
        AFTER_ROPE
    }
}
