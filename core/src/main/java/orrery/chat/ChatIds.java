package orrery.chat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;

/**
 * The form of call ids.
 *
 * @param random the source of new ones
 */
record ChatIds(Form form, RandomGenerator random) {
    private static final String SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final int NINE = 9;
    private static final int LONG = 24;

    /** The possible forms. */
    enum Form {
        /** Any text; new ids look like those of OpenAI's API. */
        ANY,
        /** Nine letters or digits: Mistral's templates raise an error for other ids. */
        NINE_SIGNS
    }

    String next() {
        var signs = random.ints(form == Form.ANY ? LONG : NINE, 0, SIGNS.length());
        var id = new StringBuilder(form == Form.ANY ? "call_" : "");
        signs.forEach(sign -> id.append(SIGNS.charAt(sign)));
        return id.toString();
    }

    /** Whether the family's template accepts that id. */
    boolean areTakenAs(String id) {
        return switch (form) {
            case ANY -> !id.isBlank();
            case NINE_SIGNS -> id.length() == NINE && id.chars().allMatch(sign -> SIGNS.indexOf(sign) >= 0);
        };
    }

    /** A client's id in the form that the template accepts; the same input always gives the same id. */
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
