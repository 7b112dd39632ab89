package orrery.constrain;

import java.util.ArrayList;

/**
 * Tokens without text, such as those that begin a tool call, as parts of a grammar: byte 0xFF, which UTF-8 never has,
 * and four bytes with the token's id. A vocabulary gives these bytes to such a token, and a grammar names them where
 * it allows the token; no text can spell it.
 */
public final class ControlToken {
    /** The first byte of each. */
    public static final int MARK = 0xFF;

    private static final int DIGITS = 4;
    private static final int BITS = 7;

    private ControlToken() {}

    /** The bytes that stand for a token in a grammar. */
    public static byte[] bytes(int id) {
        var bytes = new byte[1 + DIGITS];
        bytes[0] = (byte) MARK;
        for (int i = 0; i < DIGITS; i++) {
            // Beyond ASCII, so that no part of them looks like text.
            bytes[1 + i] = (byte) (0x80 | ((id >>> (BITS * (DIGITS - 1 - i))) & 0x7F));
        }
        return bytes;
    }

    /**
     * The bytes of a token with text; none if they could be part of a control token's, which no text in UTF-8 needs.
     */
    public static byte[] text(byte[] bytes) {
        for (byte b : bytes) {
            if ((b & 0xFF) == MARK) {
                return new byte[0];
            }
        }
        return bytes;
    }

    /** Whether such bytes stand at a place. */
    public static boolean isAt(byte[] bytes, int at) {
        return at + DIGITS < bytes.length && (bytes[at] & 0xFF) == MARK;
    }

    /** The token's id, where {@link #isAt}. */
    public static int idAt(byte[] bytes, int at) {
        int id = 0;
        for (int i = 0; i < DIGITS; i++) {
            id = (id << BITS) | (bytes[at + 1 + i] & 0x7F);
        }
        return id;
    }

    /** How many bytes stand for a token. */
    public static int length() {
        return 1 + DIGITS;
    }

    /** The token and nothing else. */
    public static Regex regex(int id) {
        var parts = new ArrayList<Regex>();
        for (byte b : bytes(id)) {
            parts.add(new Regex.Bytes(ByteSet.of(b & 0xFF)));
        }
        return new Regex.Sequence(parts);
    }
}
