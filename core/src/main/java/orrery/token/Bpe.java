package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalInt;

/**
 * Byte-pair encoding (arXiv:1508.07909) as in Hugging Face's tokenizers, SentencePiece and tiktoken, depending on the
 * kinds of merges and symbols.
 */
final class Bpe implements Model {
    private static final int NONE = Spellings.NONE;

    /** SentencePiece's character for a space. */
    private static final char SPACE = '▁';

    /**
     * The symbols of a piece before any merge.
     *
     * @param bytes whether symbols are bytes, spelled in GPT-2's alphabet, instead of characters
     * @param byteFallback whether a character without a token becomes its bytes, spelled {@code <0xE2>}
     * @param endOfWord appended to the last character; empty for nothing
     * @param unknown the token for what has no other; without it such characters are dropped
     * @param fuseUnknown whether adjacent unknown characters become one token
     * @param wholeWords whether a piece that is a token is used directly, even without merges to it
     */
    record Symbols(
            boolean bytes,
            boolean byteFallback,
            String endOfWord,
            OptionalInt unknown,
            boolean fuseUnknown,
            boolean wholeWords) {}

    private final Spellings spellings;
    private final Merges merges;
    private final Symbols symbols;

    private final BitSet excluded;
    private final WordCache cache = new WordCache();
    private final int[] byteIds = new int[256];
    private final int[] asciiIds = new int[128];

    /**
     * The characters before which some token has a ▁ that is not its first; everywhere else a ▁ starts a new word.
     */
    private final BitSet joints = new BitSet();

    private final boolean cutsBeforeSpaces;

    /** @throws TokenizerException if an id has no room in {@link Merges} */
    Bpe(Spellings spellings, Merges merges, Symbols symbols) {
        this(spellings, merges, symbols, new BitSet());
        for (int entry = 0; entry < spellings.count(); entry++) {
            if (spellings.id(entry) >= Merges.MOST_IDS) {
                throw new TokenizerException("there is a token with the id " + spellings.id(entry)
                        + ", expected less than " + Merges.MOST_IDS);
            }
        }
    }

    private Bpe(Spellings spellings, Merges merges, Symbols symbols, BitSet excluded) {
        this.spellings = spellings;
        this.merges = merges;
        this.symbols = symbols;
        this.excluded = excluded;
        for (int value = 0; value < 256; value++) {
            String spelled =
                    symbols.bytes ? Character.toString(ByteAlphabet.characterOf(value)) : ByteAlphabet.token(value);
            byteIds[value] = find(spelled.getBytes(UTF_8));
        }
        for (int value = 0; value < 128; value++) {
            asciiIds[value] = find(new byte[] {(byte) value});
        }
        cutsBeforeSpaces = !symbols.bytes
                && !symbols.wholeWords
                && symbols.endOfWord.isEmpty()
                && find(Character.toString(SPACE).getBytes(UTF_8)) != NONE;
        if (cutsBeforeSpaces) {
            findJoints();
        }
    }

    Merges merges() {
        return merges;
    }

    Symbols symbols() {
        return symbols;
    }

    private int find(byte[] spelled) {
        return find(spelled, 0, spelled.length);
    }

    private int find(byte[] text, int from, int to) {
        int id = spellings.find(text, from, to);
        return id != NONE && excluded.get(id) ? NONE : id;
    }

    private void findJoints() {
        byte[] space = Character.toString(SPACE).getBytes(UTF_8);
        byte[] bytes = spellings.bytes();
        BitSet made = merges.made();
        int end = spellings.count() == 0 ? 0 : spellings.end(spellings.count() - 1);
        int entry = 0;
        for (int at = 0; at <= end - space.length; at++) {
            if (bytes[at] != space[0] || bytes[at + 1] != space[1] || bytes[at + 2] != space[2]) {
                continue;
            }
            while (spellings.end(entry) <= at) {
                entry++;
            }
            int start = spellings.start(entry);
            if (at > start && made.get(spellings.id(entry))) {
                String before = new String(bytes, start, at - start, UTF_8);
                joints.set(before.codePointBefore(before.length()));
            }
        }
    }

    @Override
    public PieceEncoder encoder() {
        return new Run();
    }

    @Override
    public Model without(BitSet ids) {
        return new Bpe(spellings, merges.without(ids), symbols, ids);
    }

    /** The symbols of one piece, in arrays that are reused. */
    private final class Run implements PieceEncoder {
        private final Joining joining = new Joining(merges);
        private byte[] text = new byte[256];
        private int length;
        private boolean pending;

        @Override
        public void encode(String piece, int from, int to, Ids ids) {
            int begin = from;
            if (cutsBeforeSpaces) {
                for (int at = from + 1; at < to; at++) {
                    if (piece.charAt(at) == SPACE && !joints.get(piece.codePointBefore(at))) {
                        word(piece, begin, at, ids);
                        begin = at;
                    }
                }
            }
            word(piece, begin, to, ids);
        }

        private void word(String piece, int from, int to, Ids ids) {
            if (to - from > WordCache.LONGEST) {
                split(piece, from, to, ids);
                return;
            }
            int hash = WordCache.hash(piece, from, to);
            if (!cache.find(piece, from, to, hash, ids)) {
                int before = ids.count();
                split(piece, from, to, ids);
                cache.put(piece, from, to, hash, ids.since(before));
            }
        }

        private void split(String piece, int from, int to, Ids ids) {
            length = 0;
            pending = false;
            joining.clear();
            for (int at = from; at < to; ) {
                int point = piece.codePointAt(at);
                at += Character.charCount(point);
                if (symbols.bytes) {
                    put(point);
                } else {
                    character(point, at == to);
                }
            }
            flush();
            int whole = symbols.wholeWords ? find(text, 0, length) : NONE;
            if (whole == NONE) {
                joining.join(text);
                joining.addTo(ids);
            } else {
                ids.add(whole);
            }
        }

        private void character(int point, boolean last) {
            int begin = length;
            put(point);
            if (last && !symbols.endOfWord.isEmpty()) {
                symbols.endOfWord.codePoints().forEach(this::put);
            }
            int id = length == begin + 1 ? asciiIds[text[begin]] : find(text, begin, length);
            if (id == NONE && symbols.byteFallback && fallsBack(begin)) {
                return;
            }
            symbol(id, begin);
        }

        private boolean fallsBack(int begin) {
            for (int i = begin; i < length; i++) {
                if (byteIds[text[i] & 0xFF] == NONE) {
                    return false;
                }
            }
            // An unknown token before it follows it: the reference writes bytes at once, and an unknown token when its
            // run ends.
            for (int i = begin; i < length; i++) {
                joining.add(byteIds[text[i] & 0xFF], i, i + 1);
            }
            return true;
        }

        private void symbol(int id, int begin) {
            if (id != NONE) {
                flush();
                joining.add(id, begin, length);
            } else if (symbols.unknown.isEmpty()) {
                length = begin;
            } else {
                if (!symbols.fuseUnknown) {
                    flush();
                }
                pending = true;
            }
        }

        private void flush() {
            if (pending) {
                joining.add(symbols.unknown.orElseThrow(), length, length);
                pending = false;
            }
        }

        /** Adds a character's UTF-8 bytes. */
        private void put(int point) {
            if (point < 0x80) {
                next(point);
                return;
            }
            if (point < 0x800) {
                next(0xC0 | (point >>> 6));
            } else {
                if (point < 0x10000) {
                    next(0xE0 | (point >>> 12));
                } else {
                    next(0xF0 | (point >>> 18));
                    next(0x80 | ((point >>> 12) & 0x3F));
                }
                next(0x80 | ((point >>> 6) & 0x3F));
            }
            next(0x80 | (point & 0x3F));
        }

        private void next(int value) {
            if (!symbols.bytes) {
                raw(value);
                return;
            }
            int begin = length;
            char spelled = ByteAlphabet.characterOf(value);
            if (spelled < 0x80) {
                raw(spelled);
            } else {
                raw(0xC0 | (spelled >>> 6));
                raw(0x80 | (spelled & 0x3F));
            }
            symbol(byteIds[value], begin);
        }

        private void raw(int value) {
            if (length == text.length) {
                text = Arrays.copyOf(text, 2 * length);
            }
            text[length++] = (byte) value;
        }
    }
}
