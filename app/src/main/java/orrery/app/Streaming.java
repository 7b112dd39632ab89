package orrery.app;

import java.util.Optional;
import orrery.app.terminal.Controls;
import orrery.app.terminal.Front;
import orrery.app.terminal.Ticker;
import orrery.app.terminal.Wrapping;
import orrery.engine.Engine;
import orrery.engine.Request;
import orrery.report.Numbers;

/**
 * Prints answers as they come.
 *
 * @param ticking whether to count the seconds until the first piece
 * @param printing whether to print at all
 */
record Streaming(Front front, boolean ticking, boolean printing) {

    /** Runs a request to its end, or until the keyboard interrupts it. */
    Answer answer(Engine engine, Request request, Keyboard keyboard) {
        var text = new StringBuilder();
        // A pipe gets the answer as it is, a terminal without control characters and wrapped at its width.
        var wrapping =
                front.terminals().output() ? Optional.of(new Wrapping(front.width())) : Optional.<Wrapping>empty();
        try (var session = engine.submit(request);
                var _ = keyboard.onInterrupt(session::close)) {
            Optional<String> piece;
            try (var _ = new Ticker(front, "reading " + Numbers.count(request.prompt().length, "token"), ticking)) {
                piece = session.next();
            }
            while (piece.isPresent()) {
                text.append(piece.get());
                String next = piece.get();
                print(wrapping.map(lines -> lines.add(Controls.shown(next))).orElse(next));
                piece = session.next();
            }
            wrapping.ifPresent(lines -> print(lines.end()));
            if (text.isEmpty() || text.charAt(text.length() - 1) != '\n') {
                print("\n");
            }
            return Answer.of(session, request, text.toString());
        }
    }

    private void print(String piece) {
        if (printing) {
            front.out().print(piece);
            front.out().flush();
        }
    }
}
