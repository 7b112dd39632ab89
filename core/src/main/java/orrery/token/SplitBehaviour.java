package orrery.token;

import orrery.token.split.Spans;

/** How a pre-tokenizer treats its matches and the text between them; the names are those of tokenizer.json. */
enum SplitBehaviour {
    /** Each match is a piece, and each range between them. */
    ISOLATED("Isolated"),
    /** Matches are removed. */
    REMOVED("Removed"),
    /** Adjacent matches are one piece. */
    CONTIGUOUS("Contiguous"),
    /** A match ends the piece before it. */
    MERGED_WITH_PREVIOUS("MergedWithPrevious"),
    /** A match begins the piece after it. */
    MERGED_WITH_NEXT("MergedWithNext");

    private final String word;

    SplitBehaviour(String word) {
        this.word = word;
    }

    @Override
    public String toString() {
        return word;
    }

    static SplitBehaviour of(JsonObject json, SplitBehaviour otherwise) {
        String word = json.optionalString("behavior").orElse(otherwise.word);
        for (SplitBehaviour one : values()) {
            if (one.word.equals(word)) {
                return one;
            }
        }
        throw new TokenizerException(json.where() + ".behavior is " + word + ", which is unknown; known are Isolated,"
                + " Removed, Contiguous, MergedWithPrevious and MergedWithNext");
    }

    /**
     * Adds the pieces of a range.
     *
     * @param inverted whether the text between the spans counts as the matches
     */
    void split(Spans found, boolean inverted, int from, int to, Spans pieces) {
        int at = from;
        boolean before = false;
        for (int i = 0; i <= found.count(); i++) {
            int start = i < found.count() ? found.start(i) : to;
            int end = i < found.count() ? found.end(i) : to;
            if (at < start) {
                add(at, start, inverted, at > from && joins(inverted, before), pieces);
                before = inverted;
            }
            if (start < end) {
                add(start, end, !inverted, start > from && joins(!inverted, before), pieces);
                before = !inverted;
            }
            at = end;
        }
    }

    /** Whether a range belongs to the piece before it. */
    private boolean joins(boolean match, boolean before) {
        return switch (this) {
            case ISOLATED, REMOVED -> false;
            case CONTIGUOUS -> match == before;
            case MERGED_WITH_PREVIOUS -> match && !before;
            case MERGED_WITH_NEXT -> before && !match;
        };
    }

    private void add(int start, int end, boolean match, boolean joins, Spans pieces) {
        if (joins) {
            pieces.extend(end);
        } else if (this != REMOVED || !match) {
            pieces.add(start, end);
        }
    }
}
