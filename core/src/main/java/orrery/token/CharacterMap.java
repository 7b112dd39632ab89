package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The rules with which a SentencePiece model rewrites characters, in their compiled form: a trie of the replaced texts
 * (a double array, as written by Darts-clone), and the replacements, each terminated by a zero byte. Nothing in the
 * file is trusted.
 *
 * @param units of the double array; not to be changed
 * @param replacements UTF-8; not to be changed
 */
record CharacterMap(int[] units, byte[] replacements) {

    /** @throws TokenizerException if the blob does not have the parts that it declares */
    static CharacterMap of(byte[] blob) {
        var bytes = ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN);
        int size = blob.length < Integer.BYTES ? -1 : bytes.getInt();
        if (size < Integer.BYTES || size % Integer.BYTES != 0 || size > bytes.remaining()) {
            throw new TokenizerException(
                    "normalizer_spec.precompiled_charsmap of " + blob.length + " bytes says that its trie has " + size);
        }
        var units = new int[size / Integer.BYTES];
        bytes.asIntBuffer().get(units);
        var replacements = new byte[bytes.remaining() - size];
        bytes.position(bytes.position() + size).get(replacements);
        return new CharacterMap(units, replacements);
    }

    /**
     * Rewrites the text at a position: writes the replacement of the longest matching rule, or the character itself.
     *
     * @param text UTF-8
     * @return how many bytes of the text were replaced
     */
    int rewrite(byte[] text, int at, StringBuilder into) {
        int longest = 0;
        int value = 0;
        int node = offset(unit(0));
        for (int i = at; i < text.length; i++) {
            node ^= text[i] & 0xFF;
            int unit = unit(node);
            // The label and the value bit: an inner unit's label is the byte that leads to it.
            if ((unit & 0x800000FF) != (text[i] & 0xFF)) {
                break;
            }
            node ^= offset(unit);
            if ((unit >>> 8 & 1) != 0) {
                longest = i + 1 - at;
                value = unit(node) & Integer.MAX_VALUE;
            }
        }
        if (longest > 0) {
            into.append(replacement(value));
            return longest;
        }
        int length = Unigram.bytes(text[at]);
        into.append(new String(text, at, length, UTF_8));
        return length;
    }

    private String replacement(int from) {
        int to = from;
        while (to < replacements.length && replacements[to] != 0) {
            to++;
        }
        if (to >= replacements.length) {
            throw new TokenizerException(
                    "normalizer_spec.precompiled_charsmap has a rule without a replacement, at " + from);
        }
        return new String(replacements, from, to - from, UTF_8);
    }

    private int unit(int index) {
        if (index < 0 || index >= units.length) {
            throw new TokenizerException("normalizer_spec.precompiled_charsmap leads out of its trie, to " + index);
        }
        return units[index];
    }

    private static int offset(int unit) {
        return (unit >>> 10) << ((unit & 1 << 9) >>> 6);
    }
}
