package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * The two spellings of single bytes in vocabularies: {@code <0xE2>} (SentencePiece), and GPT-2's alphabet, in which the
 * 188 printable characters of Latin-1 stand for themselves and the characters from U+0100 on for the other bytes.
 */
final class ByteAlphabet {
    private static final short[] BYTE_OF = new short[0x144];
    private static final char[] CHARACTER_OF = new char[256];

    static {
        Arrays.fill(BYTE_OF, (short) -1);
        int next = 0x100;
        for (int value = 0; value < 256; value++) {
            boolean printable = (value >= '!' && value <= '~') || (value >= 0xA1 && value != 0xAD);
            CHARACTER_OF[value] = (char) (printable ? value : next++);
            BYTE_OF[CHARACTER_OF[value]] = (short) value;
        }
    }

    private ByteAlphabet() {}

    /** The character of GPT-2's alphabet for a byte; it takes one or two bytes of UTF-8. */
    static char characterOf(int value) {
        return CHARACTER_OF[value];
    }

    /** A text's UTF-8 bytes, each as its character. */
    static String spelled(String text) {
        return spelled(text.getBytes(UTF_8));
    }

    static String spelled(byte[] bytes) {
        var spelled = new char[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            spelled[i] = CHARACTER_OF[bytes[i] & 0xFF];
        }
        return new String(spelled);
    }

    /**
     * The bytes of a byte-level piece; the UTF-8 of the text itself if a character is not in the alphabet (an added
     * token).
     */
    static byte[] bytesOf(String piece) {
        byte[] bytes = new byte[piece.length()];
        for (int i = 0; i < bytes.length; i++) {
            char character = piece.charAt(i);
            if (character >= BYTE_OF.length || BYTE_OF[character] < 0) {
                return piece.getBytes(UTF_8);
            }
            bytes[i] = (byte) BYTE_OF[character];
        }
        return bytes;
    }

    /** SentencePiece's token of a byte. */
    static String token(int value) {
        return String.format("<0x%02X>", value);
    }

    static boolean isByteToken(String piece) {
        return piece.length() == 6
                && piece.startsWith("<0x")
                && isHexadecimal(piece.charAt(3))
                && isHexadecimal(piece.charAt(4))
                && piece.charAt(5) == '>';
    }

    private static boolean isHexadecimal(char character) {
        return character < 0x80 && Character.digit(character, 16) >= 0;
    }
}
