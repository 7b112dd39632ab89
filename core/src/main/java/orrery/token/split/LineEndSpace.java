package orrery.token.split;

/**
 * {@code \s+$}, where {@code $} is the end of the text or the place before a line feed. Takes time proportional to the
 * text.
 */
record LineEndSpace() implements Finder {
    static final String EXPRESSION = "\\s+$";

    @Override
    public void find(String text, int from, int to, Spans matches) {
        for (int at = from; at < to; ) {
            int end = CodePoints.WHITE_SPACE.run(text, at, to);
            if (end == at) {
                at += Character.charCount(text.codePointAt(at));
                continue;
            }
            // Nothing matches after the last line feed of a run, and that line feed is not part of a match: no other
            // follows it.
            int match = end == to ? to : end - 1;
            while (match > at && match < to && text.charAt(match) != '\n') {
                match--;
            }
            if (match > at) {
                matches.add(at, match);
            }
            at = end;
        }
    }
}
