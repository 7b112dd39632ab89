package orrery.token;

import java.util.OptionalInt;

/**
 * The tokens that begin and end a sequence.
 *
 * @param begin its id, if there is one
 * @param end its id, if there is one
 */
record Roles(OptionalInt begin, OptionalInt end) {
    static final Roles NONE = new Roles(OptionalInt.empty(), OptionalInt.empty());

    /** Those with ids from 0 on. */
    static Roles of(int begin, int end) {
        return new Roles(
                begin < 0 ? OptionalInt.empty() : OptionalInt.of(begin),
                end < 0 ? OptionalInt.empty() : OptionalInt.of(end));
    }
}
