package orrery.engine;

/** Who is told how far the loading of a model is. Called by the thread that loads. */
@FunctionalInterface
public interface LoadListener {
    /** Tells nobody. */
    LoadListener NONE = (_, _) -> {};

    /**
     * So much is repacked.
     *
     * @param done bytes, as the file stores them
     * @param all bytes that will be
     */
    void repacked(long done, long all);
}
