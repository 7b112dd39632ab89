package orrery.lab.train;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import orrery.lab.tape.TrainingPass;

/** What a run trains on, and what it holds back to measure. */
sealed interface TrainingData permits TrainingText, TrainingChats {
    /** The most sequences that a validation reads. */
    int MOST_VALIDATED = 64;

    /**
     * Sequences of tokens.
     *
     * @param tokens the ids of each
     * @param targets what follows each of them, or {@link TrainingPass#IGNORED}
     */
    record Batch(int[][] tokens, int[][] targets) {
        /** How many tokens have a target. */
        int counted() {
            int counted = 0;
            for (int[] sequence : targets) {
                for (int target : sequence) {
                    counted += target >= 0 ? 1 : 0;
                }
            }
            return counted;
        }
    }

    /**
     * Reads a file.
     *
     * @throws orrery.OrreryException if it cannot be read, is empty, or is too short
     */
    static TrainingData read(Path file, TextTokens tokens, TrainingPlan plan) {
        return switch (tokens) {
            case ByteTokens bytes -> TrainingText.of(file, bytes.read(file), plan);
            case ModelTokens model -> TrainingText.of(file, model.read(file), plan);
            case ChatTokens chats -> TrainingChats.of(file, chats.read(file), plan);
        };
    }

    /**
     * Some random sequences to train on.
     *
     * @param index of the batch in the whole run; it and the plan's seed decide which
     */
    Batch batch(TrainingPlan plan, int index);

    /** How many sequences a validation reads; 0 if nothing is held back. */
    int validationSequences(int context);

    /** Some of the sequences of a validation, spread evenly over what is held back. */
    Batch validation(int context, int first, int count);

    /** Tokens that are trained on, each many times. */
    int trainingTokens();

    /** Tokens that are held back. */
    int validationTokens();

    /** SHA-256 of all of it, in hexadecimal. */
    String digest();

    /** The digest of several arrays. */
    static String digest(Iterable<int[]> arrays) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            var bytes = ByteBuffer.allocate(Integer.BYTES);
            for (int[] array : arrays) {
                for (int id : array) {
                    digest.update(bytes.putInt(0, id).array());
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
