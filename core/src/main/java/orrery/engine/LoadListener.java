package orrery.engine;

/** Who is told how far the loading of a model is. Called by the thread that loads. */
@FunctionalInterface
public interface LoadListener {
    /** Ignores all progress. */
    LoadListener NONE = (_, _) -> {};

    /**
     * So much is packed.
     *
     * @param done bytes of packed weights
     * @param all bytes that there will be
     */
    void packed(long done, long all);
}
