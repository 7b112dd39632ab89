package orrery.constrain;

import java.time.Duration;

/**
 * What a grammar may cost. One that costs more ends with a {@link GrammarException}: while it is compiled, or in the
 * answer that needs the states, since these are made on demand.
 *
 * @param time how long compiling may take
 * @param steps how many small steps (a derivative, an item of a parser) compiling, a mask or a token may take; some
 *     millions per second
 * @param stateBytes memory for the states of lexer and parser, about
 * @param maskBytes memory for the masks that are kept
 */
public record CompileLimits(Duration time, long steps, long stateBytes, long maskBytes) {
    public static final CompileLimits DEFAULT =
            new CompileLimits(Duration.ofSeconds(1), 10_000_000, 128 << 20, 32 << 20);

    public CompileLimits {
        if (!time.isPositive() || steps < 1 || stateBytes < 1 || maskBytes < 0) {
            throw new IllegalArgumentException("limits of " + time + ", " + steps + " steps, " + stateBytes
                    + " bytes of states, " + maskBytes + " bytes of masks");
        }
    }
}
