package orrery.engine;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import orrery.format.ModelFile;

/**
 * Reads a model's tokenizer and other text files on a separate thread while the weights are packed: reading a
 * vocabulary of 262,144 tokens takes as long as packing 250 MB of weights, and the two are independent.
 */
final class TextAhead implements AutoCloseable {
    private final FutureTask<ModelText> reading;

    /** Starts reading. The file has to stay open until {@link #close} has returned. */
    TextAhead(ModelFile file) {
        reading = new FutureTask<>(() -> ModelText.of(file));
        Thread.ofPlatform().name("orrery-text").daemon().start(reading);
    }

    /**
     * Waits for the result.
     *
     * @throws orrery.OrreryException if a required part is missing or cannot be read
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

    /** Throws what {@link #get} would throw, if it has failed already, before the caller waits for the weights. */
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
            // get() reports it to the thread that opens the model; there is no tokenizer to close.
            return;
        }
        text.tokenizer().close();
    }
}
