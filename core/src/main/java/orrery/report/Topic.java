package orrery.report;

/** What a fact is about, in the order of cards and tables. */
public enum Topic {
    SHAPE("Shape"),
    ATTENTION("Attention"),
    FEED_FORWARD("Feed-forward"),
    NORMS("Norms"),
    EMBEDDING("Embedding and output head"),
    PARAMETERS("Parameters"),
    CACHE("KV cache of one sequence"),
    COST("FLOPs per token");

    private final String title;

    Topic(String title) {
        this.title = title;
    }

    /** As a heading. */
    public String title() {
        return title;
    }
}
