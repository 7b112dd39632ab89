package orrery.engine;

/** Why a generation ended. */
public enum FinishReason {
    /** The model generated a stop id, or the text reached a stop string. */
    STOP,
    /** The request's limit or the context was reached. */
    LENGTH,
    /** The request's {@link TimeLimits} were reached, perhaps before its first token. */
    TIME,
    /** The session was closed before the end. */
    CANCELLED,
    /** The generation failed; {@link Session#next} says why. */
    FAILED
}
