package orrery.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Locale;
import orrery.token.TokenPiece;
import orrery.token.Tokenizer;

/**
 * A token in visible form: control characters as pictures, parts of characters as bytes, special tokens by their names.
 */
final class VisibleText {
    private VisibleText() {}

    static String of(Tokenizer tokenizer, TokenPiece piece) {
        byte[] bytes = tokenizer.bytesOf(piece.id());
        if (bytes.length == 0) {
            return visible(piece.piece());
        }
        try {
            String alone = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            // The first token of a text may lose a space that its bytes contain.
            return visible(alone.endsWith(piece.text()) && !piece.text().isEmpty() ? piece.text() : alone);
        } catch (CharacterCodingException partOfACharacter) {
            return hexadecimal(bytes);
        }
    }

    /** A token alone, outside of any text. */
    static String of(Tokenizer tokenizer, int id) {
        byte[] bytes = tokenizer.bytesOf(id);
        if (bytes.length == 0) {
            return visible(tokenizer.tokenOf(id));
        }
        try {
            return visible(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException partOfACharacter) {
            return hexadecimal(bytes);
        }
    }

    private static String hexadecimal(byte[] bytes) {
        var text = new StringBuilder();
        for (byte one : bytes) {
            text.append(String.format(Locale.ROOT, "<0x%02X>", one));
        }
        return text.toString();
    }

    /** No character may move the terminal's cursor or change its colours. */
    private static String visible(String text) {
        var shown = new StringBuilder();
        text.codePoints().forEach(character -> {
            switch (character) {
                case '\n' -> shown.append('⏎');
                case '\t' -> shown.append('⇥');
                case 0x7f -> shown.append('␡');
                default -> {
                    if (character < 0x20) {
                        shown.appendCodePoint(0x2400 + character);
                    } else if (Character.isISOControl(character)) {
                        shown.append(String.format(Locale.ROOT, "<U+%04X>", character));
                    } else {
                        shown.appendCodePoint(character);
                    }
                }
            }
        });
        return shown.toString();
    }
}
