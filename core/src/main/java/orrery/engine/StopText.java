package orrery.engine;

import java.util.List;
import java.util.Optional;

/**
 * Searches an answer's text for stop strings. Text that could be the beginning of one is held back until that is
 * decided, so the result does not depend on how the text is split into pieces. The first stop string to be complete
 * ends the text; if several end at the same character, the longest counts.
 */
final class StopText {
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private Optional<String> found = Optional.empty();

    StopText(List<String> stops) {
        this.stops = stops;
    }

    /** Adds text, and returns what is certain to be part of the answer. */
    String append(String text) {
        if (stops.isEmpty() || found.isPresent()) {
            return found.isPresent() ? "" : text;
        }
        for (int i = 0; i < text.length(); i++) {
            held.append(text.charAt(i));
            int stop = longestAtEnd();
            if (stop > 0) {
                found = Optional.of(held.substring(held.length() - stop));
                return taken(held.length() - stop);
            }
        }
        return taken(held.length() - unfinished());
    }

    /** The stop string that was found and has ended the text. */
    Optional<String> found() {
        return found;
    }

    /** The held-back text, when no more text comes. */
    String rest() {
        return found.isPresent() ? "" : taken(held.length());
    }

    private String taken(int length) {
        String text = held.substring(0, length);
        held.delete(0, length);
        return text;
    }

    private int longestAtEnd() {
        int longest = 0;
        for (var stop : stops) {
            if (stop.length() > longest && endsWith(stop, stop.length())) {
                longest = stop.length();
            }
        }
        return longest;
    }

    /** How many of the last characters may be the beginning of a stop string. */
    private int unfinished() {
        int most = 0;
        for (var stop : stops) {
            for (int length = Math.min(stop.length() - 1, held.length()); length > most; length--) {
                if (endsWith(stop, length)) {
                    most = length;
                }
            }
        }
        return most;
    }

    /** Whether the held-back text ends with the first {@code length} characters of {@code stop}. */
    private boolean endsWith(String stop, int length) {
        int start = held.length() - length;
        if (start < 0) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (held.charAt(start + i) != stop.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
