package orrery.chat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;

/**
 * What the ids of calls look like.
 *
 * @param random where new ones come from
 */
record ChatIds(Form form, RandomGenerator random) {
    private static final String SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final int NINE = 9;
    private static final int LONG = 24;

    /** The forms that there are. */
    enum Form {
        /** Any text; ours look like those of the APIs that clients know. */
        ANY,
        /** Nine letters or digits: Mistral's templates raise an error for others. */
        NINE_SIGNS
    }

    String next() {
        var signs = random.ints(form == Form.ANY ? LONG : NINE, 0, SIGNS.length());
        var id = new StringBuilder(form == Form.ANY ? "call_" : "");
        signs.forEach(sign -> id.append(SIGNS.charAt(sign)));
        return id.toString();
    }

    /** Whether the family's template takes that id. */
    boolean areTakenAs(String id) {
        return switch (form) {
            case ANY -> !id.isBlank();
            case NINE_SIGNS -> id.length() == NINE && id.chars().allMatch(sign -> SIGNS.indexOf(sign) >= 0);
        };
    }

    /** An id that a client sends as the template takes it, always the same for the same. */
    String taken(String id) {
        if (areTakenAs(id)) {
            return id;
        }
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            var taken = new StringBuilder(form == Form.ANY ? "call_" : "");
            for (int i = 0; i < NINE; i++) {
                taken.append(SIGNS.charAt((digest[i] & 0xFF) % SIGNS.length()));
            }
            return taken.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
