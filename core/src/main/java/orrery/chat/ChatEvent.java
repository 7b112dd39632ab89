package orrery.chat;

/**
 * What a model's answer turned out to say, piece by piece. Delimiters are in none of them. Joined in their order they
 * are the {@link ChatAnswer}.
 */
public sealed interface ChatEvent {

    /** More of what the model thinks before it answers; never empty. */
    record Thought(String text) implements ChatEvent {}

    /** More of the answer; never empty. */
    record Text(String text) implements ChatEvent {}

    /**
     * A call whose name is certain and whose arguments have begun.
     *
     * @param index of the call in its answer, from 0
     * @param id in the form that the family's template takes
     */
    record CallBegun(int index, String id, String name) implements ChatEvent {}

    /**
     * More of a call's arguments; never empty. All pieces of a complete call joined are a JSON object, and those so far
     * always are the beginning of one.
     */
    record Arguments(int index, String piece) implements ChatEvent {}

    /**
     * The end of a call.
     *
     * @param complete false if the call broke off or is malformed: its arguments are then the beginning of a JSON
     *     object, what was written behind them follows as text, and nobody should carry the call out
     */
    record CallEnded(int index, boolean complete) implements ChatEvent {}
}
