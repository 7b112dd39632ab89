package orrery.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Whether tokens are guessed ahead, so that one pass over the weights can give more than one. The text is the same
 * either way.
 */
public enum Speculation {
    /** One token a pass. */
    NONE,
    /**
     * The model's own layer of multi-token prediction guesses one token further (DeepSeek V3, arXiv:2412.19437, section
     * 2.2).
     */
    MTP;

    /**
     * The choice with that text form.
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

    /** Its text form, such as {@code mtp}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
