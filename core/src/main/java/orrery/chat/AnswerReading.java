package orrery.chat;

import java.util.Optional;

/** How literally an answer is read: what a grammar has ensured needs no guessing. */
enum AnswerReading {
    /** The model was free: any delimiter may stand anywhere, and calls may be malformed. */
    FREE,
    /** Calls follow a grammar: their strings may spell every delimiter. */
    SOUND_CALLS,
    /** The same; and if an answer begins with text, it has no calls, and all that follows is text. */
    CALLS_OR_TEXT,
    /** Behind the reasoning, all is text. */
    TEXT;

    static AnswerReading of(AnswerShape shape) {
        return switch (shape) {
            case AnswerShape.Text _ -> TEXT;
            case AnswerShape.Calls _ -> CALLS_OR_TEXT;
            case AnswerShape.TextAndCalls _ -> SOUND_CALLS;
        };
    }

    /** Whether a closing delimiter within a call's string is part of the string. */
    boolean stringsAreWhole() {
        return this != FREE;
    }

    /** Whether no delimiter counts behind the first text. */
    boolean textIsLast() {
        return this == CALLS_OR_TEXT || this == TEXT;
    }

    /** Whether a field's opening delimiter counts. */
    boolean opens(ResponseField field) {
        return this != TEXT || ChatParser.isThought(field);
    }

    static AnswerReading of(Optional<AnswerShape> shape) {
        return shape.map(AnswerReading::of).orElse(FREE);
    }
}
