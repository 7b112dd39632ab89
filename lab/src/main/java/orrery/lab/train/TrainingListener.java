package orrery.lab.train;

/** Learns of what a run does, on the thread that runs it. */
public interface TrainingListener {
    /** After each step. */
    void stepped(StepReport report);

    /** After each validation. */
    void validated(ValidationReport report);

    /** After each checkpoint: the model is complete in its directory. */
    void saved(int step);
}
