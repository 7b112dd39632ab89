package orrery.engine;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import orrery.constrain.ControlToken;
import orrery.token.Tokenizer;

/** The tokens in which a tokenizer itself would write bytes that a grammar leaves no choice about. */
final class CanonicalTokens {
    private static final int[] NOTHING = {};

    /** A text before the one to encode, for tokenizers that add a space at the beginning. */
    private static final String LEAD = "\n";

    private final Tokenizer tokenizer;
    private final int[] lead;

    /** The marks that the tokenizer reads as one token each, such as {@code <tool_call>}, where they have a text. */
    private final List<String> marks;

    private final int vocabSize;

    /** @param vocabSize the ids that the model knows; a tokenizer may have more */
    CanonicalTokens(Tokenizer tokenizer, int vocabSize) {
        this.tokenizer = tokenizer;
        this.vocabSize = vocabSize;
        lead = tokenizer.encode(LEAD);
        marks = IntStream.range(0, tokenizer.vocabularySize())
                .filter(id -> !tokenizer.isSpecial(id))
                .mapToObj(tokenizer::tokenOf)
                .filter(token -> (token.startsWith("<") && token.endsWith(">"))
                        || (token.startsWith("[") && token.endsWith("]")))
                .filter(token -> token.length() > 2 && tokenizer.encodePrompt(token).length == 1)
                .toList();
    }

    /**
     * The first tokens of some bytes, as far as nothing that follows could change them: without the last word, and
     * without what may become a mark, unless a control token follows.
     *
     * @param bytes text in UTF-8, perhaps cut within a character, and control tokens as {@link ControlToken} has them
     */
    int[] certain(byte[] bytes) {
        var ids = IntStream.builder();
        int from = 0;
        while (from < bytes.length) {
            if (ControlToken.isAt(bytes, from)) {
                ids.add(ControlToken.idAt(bytes, from));
                from += ControlToken.length();
                continue;
            }
            int to = from;
            while (to < bytes.length && (bytes[to] & 0xFF) != ControlToken.MARK) {
                to++;
            }
            boolean last = to == bytes.length || !ControlToken.isAt(bytes, to);
            byte[] part = Arrays.copyOfRange(bytes, from, to);
            int written = tokens(part, last, ids);
            if (last || written < part.length) {
                break;
            }
            from = to;
        }
        return ids.build().toArray();
    }

    /** Adds the tokens of a text, none if the tokenizer would change it; returns how many bytes they stand for. */
    private int tokens(byte[] utf8, boolean mayGrow, IntStream.Builder into) {
        var text = new String(utf8, 0, wholeCharacters(utf8), StandardCharsets.UTF_8);
        byte[] whole = text.getBytes(StandardCharsets.UTF_8);
        if (!Arrays.equals(whole, Arrays.copyOf(utf8, whole.length))) {
            // It begins within a character.
            return 0;
        }
        int most = mayGrow ? text.substring(0, certain(text)).getBytes(StandardCharsets.UTF_8).length : whole.length;
        for (int[] ids : new int[][] {tokenizer.encodePrompt(text), tokenizer.encode(text), behindLead(text)}) {
            if (Arrays.equals(bytes(ids), whole) && Arrays.stream(ids).allMatch(id -> id < vocabSize)) {
                int written = 0;
                for (int id : ids) {
                    int length = tokenizer.bytesOf(id).length;
                    if (written + length > most) {
                        break;
                    }
                    into.add(id);
                    written += length;
                }
                return written;
            }
        }
        return 0;
    }

    /** The length of a text without its last word, number or run of other signs, and the space before it. */
    private int certain(String text) {
        int end = text.length();
        for (String mark : marks) {
            for (int length = Math.min(mark.length() - 1, text.length()); length > 0; length--) {
                if (text.endsWith(mark.substring(0, length))) {
                    end = Math.min(end, text.length() - length);
                    break;
                }
            }
        }
        int at = end;
        while (at > 0 && kind(text, at) == kind(text, end)) {
            at -= Character.charCount(text.codePointBefore(at));
        }
        return at > 0 && text.charAt(at - 1) == ' ' ? at - 1 : at;
    }

    /** The kind of the character before a place, as tokenizers split texts. */
    private static int kind(String text, int end) {
        int point = text.codePointBefore(end);
        return Character.isWhitespace(point) ? 0 : Character.isLetter(point) ? 1 : Character.isDigit(point) ? 2 : 3;
    }

    private int[] behindLead(String text) {
        int[] ids = tokenizer.encode(LEAD + text);
        boolean apart = ids.length > lead.length && Arrays.equals(Arrays.copyOf(ids, lead.length), lead);
        return apart ? Arrays.copyOfRange(ids, lead.length, ids.length) : NOTHING;
    }

    private byte[] bytes(int[] ids) {
        var all = new ByteArrayOutputStream();
        for (int id : ids) {
            all.writeBytes(tokenizer.bytesOf(id));
        }
        return all.toByteArray();
    }

    /** The length without a character that is cut at the end. */
    private static int wholeCharacters(byte[] utf8) {
        for (int back = 1; back <= Math.min(3, utf8.length); back++) {
            int first = utf8[utf8.length - back] & 0xFF;
            if (first >= 0xC0) {
                int size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
                return size > back ? utf8.length - back : utf8.length;
            }
            if (first < 0x80) {
                return utf8.length;
            }
        }
        return utf8.length;
    }
}
