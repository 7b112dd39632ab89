package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalInt;

/**
 * The split of a piece with the largest sum of token scores (a unigram language model, arXiv:1804.10959), found by the
 * Viterbi algorithm. Takes time proportional to the text times the length of the longest token.
 *
 * @param scores by id, logarithms of probabilities; not to be changed
 * @param unknownScore that of a character without a token
 * @param single whether sums are in single precision, as in SentencePiece
 * @param unknown the token for a character without a token
 * @param byteFallback whether such a character becomes its bytes, spelled {@code <0xE2>}
 * @param excluded tokens that are skipped
 * @param tree from a node and a byte to the next node; from a token's last node and 256 to its id
 */
record Unigram(
        Spellings spellings,
        double[] scores,
        double unknownScore,
        boolean single,
        OptionalInt unknown,
        boolean byteFallback,
        BitSet excluded,
        PairTable tree)
        implements Model {

    private static final int NONE = Spellings.NONE;
    private static final int ROOT = 0;
    private static final int END = 256;
    /** How much less likely an unknown character is than the least likely token. */
    private static final double UNKNOWN_PENALTY = 10;

    /** As in Hugging Face's library. */
    Unigram(Spellings spellings, double[] scores, OptionalInt unknown, boolean byteFallback) {
        this(
                spellings,
                scores,
                Arrays.stream(scores).min().orElse(0) - UNKNOWN_PENALTY,
                false,
                unknown,
                byteFallback,
                new BitSet(),
                tree(spellings));
    }

    /**
     * As in SentencePiece ({@code Model::EncodeOptimized} of its unigram_model.cc).
     *
     * @param least the score of the least likely token
     * @param excluded tokens that no text matches: control tokens, bytes, the unknown one
     */
    static Unigram ofSentencePiece(
            Spellings spellings,
            double[] scores,
            float least,
            OptionalInt unknown,
            boolean byteFallback,
            BitSet excluded) {
        return new Unigram(
                spellings,
                scores,
                least - (float) UNKNOWN_PENALTY,
                true,
                unknown,
                byteFallback,
                excluded,
                tree(spellings));
    }

    private static PairTable tree(Spellings spellings) {
        byte[] spelling = spellings.bytes();
        int tokens = spellings.count();
        var tree = new PairTable(tokens == 0 ? 1 : spellings.end(tokens - 1) + tokens);
        int nodes = 1;
        for (int id = 0; id < tokens; id++) {
            int node = ROOT;
            for (int at = spellings.start(id); at < spellings.end(id); at++) {
                int child = tree.get(node, spelling[at] & 0xFF);
                if (child == PairTable.NONE) {
                    child = nodes++;
                    tree.put(node, spelling[at] & 0xFF, child);
                }
                node = child;
            }
            tree.put(node, END, id);
        }
        return tree;
    }

    @Override
    public Model without(BitSet ids) {
        var more = (BitSet) excluded.clone();
        more.or(ids);
        return new Unigram(spellings, scores, unknownScore, single, unknown, byteFallback, more, tree);
    }

    @Override
    public PieceEncoder encoder() {
        return this::encode;
    }

    private void encode(String piece, int from, int to, Ids ids) {
        byte[] text = piece.substring(from, to).getBytes(UTF_8);
        var best = new double[text.length + 1];
        var begins = new int[text.length + 1];
        var tokens = new int[text.length + 1];
        Arrays.fill(begins, NONE);
        for (int at = 0; at < text.length; ) {
            int next = at + bytes(text[at]);
            boolean single = false;
            int node = ROOT;
            for (int end = at; end < text.length; ) {
                node = tree.get(node, text[end++] & 0xFF);
                if (node == PairTable.NONE) {
                    break;
                }
                int id = tree.get(node, END);
                if (id != PairTable.NONE && !excluded.get(id)) {
                    single |= end == next;
                    offer(best, begins, tokens, at, end, id, scores[id]);
                }
            }
            if (!single) {
                offer(best, begins, tokens, at, next, NONE, unknownScore);
            }
            at = next;
        }
        int[] ends = new int[text.length + 1];
        int count = 0;
        for (int end = text.length; end > 0; end = begins[end]) {
            ends[count++] = end;
        }
        write(text, ends, count, tokens, ids);
    }

    private void offer(double[] best, int[] begins, int[] tokens, int from, int to, int id, double score) {
        double sum = single ? (float) (best[from] + score) : best[from] + score;
        if (begins[to] == NONE || sum > best[to]) {
            best[to] = sum;
            begins[to] = from;
            tokens[to] = id;
        }
    }

    /** Bytes of the character that starts with this one. */
    static int bytes(byte first) {
        return first >= 0 ? 1 : (first & 0xE0) == 0xC0 ? 2 : (first & 0xF0) == 0xE0 ? 3 : 4;
    }

    /** Adjacent unknown characters become one token. */
    private void write(byte[] text, int[] ends, int count, int[] tokens, Ids ids) {
        int begin = 0;
        for (int i = count - 1; i >= 0; i--) {
            int end = ends[i];
            int token = tokens[end];
            if (!isUnknown(token)) {
                ids.add(token);
                begin = end;
            } else if (i == 0 || !isUnknown(tokens[ends[i - 1]])) {
                unknown(text, begin, end, ids);
                begin = end;
            }
        }
    }

    private boolean isUnknown(int token) {
        return token == NONE || (unknown.isPresent() && token == unknown.getAsInt());
    }

    private void unknown(byte[] text, int from, int to, Ids ids) {
        int whole = spellings.find(text, from, to);
        if (whole != NONE && !excluded.get(whole)) {
            ids.add(whole);
            return;
        }
        if (byteFallback && fallsBack(text, from, to, ids)) {
            return;
        }
        ids.add(unknown.orElseThrow(() -> new TokenizerException(
                "a text has characters that no token stands for, and there is no token for what is unknown")));
    }

    private boolean fallsBack(byte[] text, int from, int to, Ids ids) {
        var bytes = new int[to - from];
        for (int i = from; i < to; i++) {
            byte[] spelled = ByteAlphabet.token(text[i] & 0xFF).getBytes(UTF_8);
            bytes[i - from] = spellings.find(spelled, 0, spelled.length);
            if (bytes[i - from] == NONE) {
                return false;
            }
        }
        ids.add(bytes, bytes.length);
        return true;
    }
}
