package orrery.engine;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import orrery.format.ModelFile;

/**
 * A model's text, read by a thread of its own while the weights are packed: a vocabulary of 262,144 tokens takes as
 * long as 250 MB of weights, and neither needs the other.
 */
final class TextAhead implements AutoCloseable {
    private final FutureTask<ModelText> reading;

    /** Begins to read. The file has to stay open until {@link #close} has returned. */
    TextAhead(ModelFile file) {
        reading = new FutureTask<>(() -> ModelText.of(file));
        Thread.ofPlatform().name("orrery-text").daemon().start(reading);
    }

    /**
     * Waits for the text.
     *
     * @throws orrery.OrreryException if any of it is missing that has to be there, or cannot be read
     */
    ModelText get() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return reading.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException failed) {
                    throw thrown(failed);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Throws what {@link #get} would throw, if it is known by now, before the caller waits for the weights. */
    void requireNoFailure() {
        if (reading.state() == Future.State.FAILED) {
            get();
        }
    }

    private static RuntimeException thrown(ExecutionException failed) {
        return switch (failed.getCause()) {
            case RuntimeException exception -> exception;
            case Error error -> throw error;
            case null, default -> new IllegalStateException("the text could not be read", failed);
        };
    }

    /** Waits until the file is no longer read, and closes the tokenizer. */
    @Override
    public void close() {
        ModelText text;
        try {
            text = get();
        } catch (RuntimeException | Error _) {
            // Said by get() to the thread that opens the model; there is no tokenizer.
            return;
        }
        text.tokenizer().close();
    }
}
