package orrery.token;

import orrery.token.split.Finder;
import orrery.token.split.Spans;

/** A text and the ranges that it is split into, while the pre-tokenizers are applied. For one thread. */
final class Pieces {
    private final boolean first;
    private final Spans matches = new Spans();
    private String text;
    private Spans spans = new Spans();
    private Spans spare = new Spans();

    /**
     * The chars from {@code from} to before {@code to}, in one piece.
     *
     * @param first whether they are the beginning of the tokenizer's input
     */
    Pieces(String text, int from, int to, boolean first) {
        this.text = text;
        this.first = first;
        if (from < to) {
            spans.add(from, to);
        }
    }

    String text() {
        return text;
    }

    Spans spans() {
        return spans;
    }

    /** Replaces a piece. */
    @FunctionalInterface
    interface Rewriting {
        /** @param first whether the piece is the beginning of the tokenizer's input */
        String rewritten(String piece, boolean first);
    }

    void rewrite(Rewriting rewriting) {
        var whole = new StringBuilder(text.length() + 16);
        spare.clear();
        for (int i = 0; i < spans.count(); i++) {
            int begin = whole.length();
            boolean beginning = first && i == 0 && spans.start(i) == 0;
            whole.append(rewriting.rewritten(text.substring(spans.start(i), spans.end(i)), beginning));
            spare.add(begin, whole.length());
        }
        text = whole.toString();
        swap();
    }

    void split(Finder finder, SplitBehaviour behaviour, boolean inverted) {
        spare.clear();
        for (int i = 0; i < spans.count(); i++) {
            matches.clear();
            finder.find(text, spans.start(i), spans.end(i), matches);
            behaviour.split(matches, inverted, spans.start(i), spans.end(i), spare);
        }
        swap();
    }

    private void swap() {
        Spans filled = spare;
        spare = spans;
        spans = filled;
    }
}
