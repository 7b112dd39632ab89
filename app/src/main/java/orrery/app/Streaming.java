package orrery.app;

import java.util.Optional;
import orrery.app.terminal.Controls;
import orrery.app.terminal.Front;
import orrery.app.terminal.Ticker;
import orrery.app.terminal.Wrapping;
import orrery.chat.ChatAnswer;
import orrery.chat.ChatEvent;
import orrery.engine.Engine;
import orrery.engine.GeneratedToken;
import orrery.engine.Request;
import orrery.report.Numbers;

/**
 * Prints an answer while it is generated: its text and calls to standard output, its reasoning, dimmed, to standard
 * error.
 */
final class Streaming {
    private final Front front;
    private final boolean ticking;
    private final boolean printing;
    private final boolean thoughts;
    private Optional<Wrapping> wrapping = Optional.empty();
    private Kind last = Kind.NOTHING;
    private boolean endsLine = true;

    private enum Kind {
        NOTHING,
        THOUGHT,
        TEXT,
        CALL
    }

    /**
     * @param ticking whether to count the seconds until the first piece
     * @param printing whether to print at all
     * @param thoughts whether to print the reasoning, too
     */
    Streaming(Front front, boolean ticking, boolean printing, boolean thoughts) {
        this.front = front;
        this.ticking = ticking;
        this.printing = printing;
        this.thoughts = thoughts;
    }

    /** Runs a request to its end, or until the keyboard interrupts it. */
    Answer answer(Engine engine, Request request, Reading reading, Keyboard keyboard) {
        try (var session = engine.submit(request);
                var _ = keyboard.onInterrupt(session::close)) {
            Optional<GeneratedToken> token;
            Reading.Events events;
            try (var _ = new Ticker(front, "reading " + Numbers.count(request.prompt().length, "token"), ticking)) {
                events = reading.events(engine);
                token = session.nextToken();
            }
            while (token.isPresent()) {
                events.accept(token.get()).forEach(this::print);
                token = session.nextToken();
            }
            events.finish().forEach(this::print);
            begin(Kind.NOTHING);
            var said = ChatAnswer.of(events.all());
            if (said.text().isEmpty() && said.calls().isEmpty()) {
                put("\n");
            }
            return Answer.of(session, request, said);
        }
    }

    private void print(ChatEvent event) {
        switch (event) {
            case ChatEvent.Thought(String piece) -> {
                if (thoughts) {
                    begin(Kind.THOUGHT);
                    write(piece);
                }
            }
            case ChatEvent.Text(String piece) -> {
                begin(Kind.TEXT);
                write(piece);
            }
            case ChatEvent.CallBegun(int _, String _, String name) -> {
                begin(Kind.NOTHING);
                begin(Kind.CALL);
                write("call " + name + " ");
            }
            case ChatEvent.Arguments(int _, String piece) -> write(piece);
            case ChatEvent.CallEnded(int _, boolean complete) -> {
                if (!complete) {
                    write(" (cut off)");
                }
                begin(Kind.NOTHING);
            }
        }
    }

    /** Ends the previous output with a line end, unless this continues it. */
    private void begin(Kind kind) {
        if (kind == last) {
            return;
        }
        wrapping.ifPresent(lines -> put(lines.end()));
        if (!endsLine) {
            put("\n");
        }
        last = kind;
        // A pipe gets the text unchanged; a terminal gets it without control characters and wrapped at its width.
        boolean terminal = kind == Kind.THOUGHT
                ? front.terminals().errors()
                : front.terminals().output();
        wrapping = terminal ? Optional.of(new Wrapping(front.width())) : Optional.empty();
    }

    private void write(String piece) {
        put(wrapping.map(lines -> lines.add(Controls.shown(piece))).orElse(piece));
    }

    private void put(String text) {
        if (text.isEmpty()) {
            return;
        }
        endsLine = text.charAt(text.length() - 1) == '\n';
        if (!printing) {
            return;
        }
        if (last == Kind.THOUGHT) {
            front.err().print(front.errorStyle().dim(text));
            front.err().flush();
        } else {
            front.out().print(text);
            front.out().flush();
        }
    }
}
