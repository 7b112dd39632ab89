package orrery.chat;

import java.util.ArrayList;
import java.util.List;

/**
 * A whole answer.
 *
 * @param thought the reasoning before it; may be empty
 * @param text its text; may be empty
 * @param calls its tool calls, in order
 */
public record ChatAnswer(String thought, String text, List<ChatCall> calls) {

    public ChatAnswer {
        calls = List.copyOf(calls);
    }

    /** Joins all events of one answer, in order. */
    public static ChatAnswer of(List<ChatEvent> events) {
        var thought = new StringBuilder();
        var text = new StringBuilder();
        var calls = new ArrayList<ChatCall>();
        var arguments = new StringBuilder();
        for (var event : events) {
            switch (event) {
                case ChatEvent.Thought(String piece) -> thought.append(piece);
                case ChatEvent.Text(String piece) -> text.append(piece);
                case ChatEvent.CallBegun call -> {
                    arguments.setLength(0);
                    calls.add(new ChatCall(call.id(), call.name(), "", false));
                }
                case ChatEvent.Arguments call -> arguments.append(call.piece());
                case ChatEvent.CallEnded(int index, boolean complete) -> {
                    var begun = calls.get(index);
                    calls.set(index, new ChatCall(begun.id(), begun.name(), arguments.toString(), complete));
                }
            }
        }
        return new ChatAnswer(thought.toString(), text.toString(), calls);
    }
}
