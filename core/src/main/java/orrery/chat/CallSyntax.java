package orrery.chat;

import java.util.Optional;

/**
 * How the calls of an answer are written, around their arguments as JSON.
 *
 * @param mark what begins a call wherever it stands in an answer; for calls without delimiters what may stand before
 *     one
 * @param before what stands before the first call
 * @param opening the beginning of a call of the tool {@code {name}}, up to its arguments
 * @param closing what follows the arguments
 * @param between what stands between two calls; empty if an answer has at most one
 * @param after what stands after the last call
 */
record CallSyntax(String mark, String before, String opening, String closing, Optional<String> between, String after) {

    private static final String NAME = "{name}";

    /** The beginning of a call, up to its arguments, without what stands before the first one. */
    String opening(String tool) {
        return opening.replace(NAME, tool);
    }

    /** An answer that consists of one call. */
    String call(String tool, String arguments) {
        return before + opening(tool) + arguments + closing + after;
    }
}
