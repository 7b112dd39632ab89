package orrery.draw;

/**
 * Where a part stands in a column, from below. Parts of several models that stand in the same place are drawn at the
 * same height.
 */
public enum Slot {
    PER_LAYER_TABLE,
    TOKEN_IDS,
    TOKENS,
    POSITIONS,
    SPREAD,
    /** The lower edge of the block. */
    FOOT,
    PREDICT,
    MIXER_FORK,
    MIXER_BEFORE,
    MIXER_NORMED,
    MIXER,
    MIXER_AFTER,
    MIXER_SUM,
    LAUREL,
    MIXER_OUTER,
    FEED_FORWARD_FORK,
    FEED_FORWARD_BEFORE,
    FEED_FORWARD,
    FEED_FORWARD_AFTER,
    FEED_FORWARD_SUM,
    FEED_FORWARD_OUTER,
    CORRECT,
    LAYER_INPUT,
    /** How often the block is repeated, in its upper edge. */
    LABEL,
    GATHER,
    FINAL_NORM,
    HEAD,
    LOGITS,
    /** All parts of a draft, which stands aside. */
    DRAFT
}
