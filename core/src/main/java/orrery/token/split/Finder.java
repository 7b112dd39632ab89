package orrery.token.split;

/** Finds what a pattern matches. Stateless, so many threads may use it at once. */
public interface Finder {
    /**
     * Adds the matches in the chars from {@code from} to before {@code to}, from left to right, none within another and
     * none of them empty. Nothing outside the range is looked at.
     *
     * @throws SplitException if the matches cannot be found with the work that is allowed
     */
    void find(String text, int from, int to, Spans matches);

    /** What a literal string matches. */
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
