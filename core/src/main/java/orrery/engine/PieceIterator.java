package orrery.engine;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/** The pieces of an answer's text as they arrive. */
final class PieceIterator implements Iterator<String> {
    private final Session session;
    private Optional<String> piece = Optional.empty();

    PieceIterator(Session session) {
        this.session = session;
    }

    @Override
    public boolean hasNext() {
        if (piece.isEmpty()) {
            piece = session.next();
        }
        return piece.isPresent();
    }

    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the answer has ended");
        }
        String taken = piece.orElseThrow();
        piece = Optional.empty();
        return taken;
    }
}
