package orrery.app;

import java.util.Optional;

/** The source of a conversation's lines. */
interface Keyboard extends AutoCloseable {
    /** There is no user; an interrupt ends the program. */
    Keyboard NONE = new Keyboard() {
        @Override
        public Optional<String> line() {
            return Optional.empty();
        }

        @Override
        public Interruption onInterrupt(Runnable action) {
            return () -> {};
        }

        @Override
        public void close() {}
    };

    /** What the user entered; empty at the end. An interrupt at the prompt gives an empty text. */
    Optional<String> line();

    /** Sets what an interrupt from the keyboard does during an answer, until it is closed. */
    Interruption onInterrupt(Runnable action);

    /** A handler for interrupts, until it is closed. */
    interface Interruption extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    void close();
}
