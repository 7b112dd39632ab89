package orrery.token.split;

/** Finds the matches of a pattern. Stateless; several threads may use it at the same time. */
public interface Finder {
    /**
     * Adds the matches in the chars from {@code from} to before {@code to}, from left to right, not overlapping and not
     * empty. Nothing outside the range is read.
     *
     * @throws SplitException if finding the matches exceeds the work limit
     */
    void find(String text, int from, int to, Spans matches);

    /** Matches a literal string. */
    static Finder literal(String wanted) {
        if (wanted.isEmpty()) {
            throw new SplitException("an empty pattern matches nothing");
        }
        return (text, from, to, matches) -> {
            int at = text.indexOf(wanted, from, to);
            while (at >= 0) {
                matches.add(at, at + wanted.length());
                at = text.indexOf(wanted, at + wanted.length(), to);
            }
        };
    }
}
