package orrery.engine;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

    CanonicalTokens(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        lead = tokenizer.encode(LEAD);
    }

    /**
     * The first tokens of some bytes: all but the last one, which might be another one together with what follows, unless
     * a control token follows it.
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
            int[] part = tokens(Arrays.copyOfRange(bytes, from, to));
            Arrays.stream(part, 0, last ? Math.max(0, part.length - 1) : part.length).forEach(ids::add);
            if (last || part.length == 0) {
                break;
            }
            from = to;
        }
        return ids.build().toArray();
    }

    /** The tokens of a text; none if the tokenizer would change it. */
    private int[] tokens(byte[] utf8) {
        var text = new String(utf8, 0, wholeCharacters(utf8), StandardCharsets.UTF_8);
        for (int[] ids : new int[][] {tokenizer.encodePrompt(text), tokenizer.encode(text), behindLead(text)}) {
            if (ids.length > 0 && Arrays.equals(bytes(ids), text.getBytes(StandardCharsets.UTF_8))) {
                return ids;
            }
        }
        return NOTHING;
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
            int lead = utf8[utf8.length - back] & 0xFF;
            if (lead >= 0xC0) {
                int size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
                return size > back ? utf8.length - back : utf8.length;
            }
            if (lead < 0x80) {
                return utf8.length;
            }
        }
        return utf8.length;
    }
}
