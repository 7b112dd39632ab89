package orrery.app;

import java.util.Optional;

/** Where the lines of a conversation come from. */
interface Keyboard extends AutoCloseable {
    /** No user is there; an interrupt ends the program. */
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

    /** What was entered; empty at the end. An interrupt at the prompt gives an empty text. */
    Optional<String> line();

    /** While an answer comes: what an interrupt from the keyboard is to do. Closing ends that. */
    Interruption onInterrupt(Runnable action);

    /** An arrangement with the keyboard, until it is closed. */
    interface Interruption extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    void close();
}
