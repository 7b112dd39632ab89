package orrery.report.compare;

/** What a row or a difference is about, in the order of a table. */
public enum Topic {
    SHAPE("Shape"),
    ATTENTION("Attention"),
    FEED_FORWARD("Feed-forward"),
    NORMS("Norms"),
    EMBEDDING("Embedding"),
    PARAMETERS("Parameters"),
    CACHE("KV cache of one sequence"),
    COST("Operations of one new token");

    private final String title;

    Topic(String title) {
        this.title = title;
    }

    /** As a heading. */
    public String title() {
        return title;
    }
}
