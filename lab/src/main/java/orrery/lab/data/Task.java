package orrery.lab.data;

/** Something that a model is trained on; equal seeds give equal batches. */
public sealed interface Task permits Copying, ModularSums, Recall, TextTask {
    /** In one word: {@code recall}. */
    String name();

    /** How many ids its tokens have. */
    int vocabulary();

    /** Tokens per sequence. */
    int length();

    /** The sequences of a step. */
    Batch training(long seed, int step, int sequences);

    /** Sequences that no training step of any seed is made from, always the same. */
    Batch validation(int sequences);
}
