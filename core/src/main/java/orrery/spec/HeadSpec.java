package orrery.spec;

/**
 * Residual stream to logits.
 *
 * @param tied whether the head reuses the (unscaled) token embedding
 * @param softcap {@code c} of {@code c * tanh(logit / c)}, or 0 for none
 */
public record HeadSpec(boolean tied, float softcap) {
    public HeadSpec {
        SpecException.require(softcap >= 0, "final_logit_softcapping is " + softcap + ", expected 0 or more");
    }
}
