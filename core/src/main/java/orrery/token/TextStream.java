package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Decodes token by token. Each call returns the text that no later token can change: an incomplete character waits for
 * the next token, and so does a word's trailing space if the tokenizer makes it part of the word. All returned pieces
 * joined are {@link Tokenizer#decode} of all ids.
 *
 * <p>For one thread. It uses only heap memory and needs no closing.
 */
public final class TextStream {
    private static final byte[] SPACE = " ".getBytes(UTF_8);

    private final Vocabulary vocabulary;
    private final PieceDecoder decoder;
    private final Utf8Stream characters = new Utf8Stream();
    private boolean first = true;
    private boolean spaceHeld;
    private long toStrip;

    TextStream(Vocabulary vocabulary, PieceDecoder decoder) {
        this.vocabulary = vocabulary;
        this.decoder = decoder;
        this.toStrip = decoder.strip().count();
    }

    /**
     * Adds the next token.
     *
     * @param id any id; a special token, or an id without a token, adds nothing (a model may have more rows than its
     *     tokenizer has tokens)
     * @return the text that is now certain, often empty
     */
    public String append(int id) {
        if (!vocabulary.has(id) || vocabulary.isSpecial(id)) {
            return "";
        }
        StringBuilder out = new StringBuilder();
        if (spaceHeld) {
            characters.append(SPACE, out);
        }
        String piece = vocabulary.piece(id);
        byte[] bytes = decoder.bytes(vocabulary, id, first);
        spaceHeld = decoder.endsWord(piece);
        characters.append(bytes, spaceHeld ? bytes.length - 1 : bytes.length, out);
        first = false;
        return stripped(out);
    }

    /** Whether an incomplete character waits for the next token. */
    public boolean inCharacter() {
        return characters.inCharacter();
    }

    /** Ends the text: an incomplete character becomes U+FFFD. The stream can then be used for another text. */
    public String finish() {
        StringBuilder out = new StringBuilder();
        characters.finish(out);
        String rest = stripped(out);
        first = true;
        spaceHeld = false;
        toStrip = decoder.strip().count();
        return rest;
    }

    private String stripped(StringBuilder text) {
        int from = 0;
        while (toStrip > 0 && from < text.length()) {
            if (text.codePointAt(from) != decoder.strip().codePoint()) {
                toStrip = 0;
            } else {
                from += Character.charCount(decoder.strip().codePoint());
                toStrip--;
            }
        }
        return text.substring(from);
    }
}
