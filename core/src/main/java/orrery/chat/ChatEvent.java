package orrery.chat;

/** A parsed piece of a model's answer, without delimiters. Joined in order, the events are the {@link ChatAnswer}. */
public sealed interface ChatEvent {

    /** More reasoning; never empty. */
    record Thought(String text) implements ChatEvent {}

    /** More text; never empty. */
    record Text(String text) implements ChatEvent {}

    /**
     * A call whose name is certain and whose arguments have started.
     *
     * @param index the call's index in its answer, from 0
     * @param id in the form that the family's template accepts
     */
    record CallBegun(int index, String id, String name) implements ChatEvent {}

    /**
     * More of a call's arguments; never empty. Joined, all pieces of a complete call are a JSON object; at any time,
     * the pieces so far are the beginning of one.
     */
    record Arguments(int index, String piece) implements ChatEvent {}

    /**
     * The end of a call.
     *
     * @param complete false if the call was cut off or is malformed: its arguments are then the beginning of a JSON
     *     object, what the model wrote after them follows as text, and the call must not be executed
     */
    record CallEnded(int index, boolean complete) implements ChatEvent {}
}
