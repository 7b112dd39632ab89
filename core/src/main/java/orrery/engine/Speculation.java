package orrery.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Speculative decoding: whether tokens are drafted, so that one pass over the weights can produce more than one. The
 * text is the same either way.
 */
public enum Speculation {
    /** One token per pass. */
    NONE,
    /**
     * The model's own layer of multi-token prediction drafts one token ahead (DeepSeek V3, arXiv:2412.19437, section
     * 2.2).
     */
    MTP;

    /**
     * The choice with that name.
     *
     * @throws EngineException if there is none
     */
    public static Speculation named(String text) {
        return Arrays.stream(values())
                .filter(one -> one.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new EngineException("speculate is \"" + text + "\", expected one of "
                        + Arrays.stream(values()).map(Speculation::toString).collect(Collectors.joining(", "))));
    }

    /** Its name, such as {@code mtp}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
