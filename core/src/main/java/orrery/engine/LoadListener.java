package orrery.engine;

/** Receives the progress of loading a model. Called by the thread that loads. */
@FunctionalInterface
public interface LoadListener {
    /** Ignores all progress. */
    LoadListener NONE = (_, _) -> {};

    /**
     * Reports the progress of packing.
     *
     * @param done bytes of weights packed so far
     * @param all bytes of packed weights in the end
     */
    void packed(long done, long all);
}
