package orrery.token;

import java.util.OptionalInt;

/**
 * The BOS and EOS tokens.
 *
 * @param begin BOS, if there is one
 * @param end EOS, if there is one
 */
record Roles(OptionalInt begin, OptionalInt end) {
    static final Roles NONE = new Roles(OptionalInt.empty(), OptionalInt.empty());

    /** With ids from 0 on; negative for none. */
    static Roles of(int begin, int end) {
        return new Roles(
                begin < 0 ? OptionalInt.empty() : OptionalInt.of(begin),
                end < 0 ? OptionalInt.empty() : OptionalInt.of(end));
    }
}
