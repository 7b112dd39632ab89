package orrery.engine;

/** Why a generation ended. */
public enum FinishReason {
    /** The model gave a stop id, or the text came to a stop string. */
    STOP,
    /** The request's limit or the context was reached. */
    LENGTH,
    /** The request's {@link TimeLimits} were reached, perhaps before its first token. */
    TIME,
    /** The session was closed before the end. */
    CANCELLED,
    /** Something went wrong; {@link Session#next} says what. */
    FAILED
}
