package orrery.token;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import orrery.token.split.CodePoints;

/**
 * Finds added tokens in a text: the leftmost, and of several that start at the same place the longest. It reads each
 * character once, except that where a token could start it reads up to the longest token's length.
 */
final class AddedTokens {
    private static final int ROOT = 0;
    private static final int NONE = -1;

    /** Receives the parts of a text. */
    interface Parts {
        /** The chars from {@code from} to before {@code to}, at least one, without an added token. */
        void text(int from, int to);

        void token(AddedToken token);
    }

    private final List<AddedToken> tokens;
    private final BitSet firsts = new BitSet();
    private final PairTable children;
    /** For each node of the trie, the token that ends there. */
    private int[] ends = new int[64];

    private int nodes = 1;

    /** @param tokens if several have the same text, the first counts */
    AddedTokens(List<AddedToken> tokens) {
        this.tokens = tokens;
        children = new PairTable(
                tokens.stream().mapToInt(token -> token.content().length()).sum());
        Arrays.fill(ends, NONE);
        for (int i = 0; i < tokens.size(); i++) {
            add(tokens.get(i).content(), i);
        }
    }

    private void add(String content, int index) {
        firsts.set(content.charAt(0));
        int node = ROOT;
        for (int i = 0; i < content.length(); i++) {
            int child = children.get(node, content.charAt(i));
            if (child == PairTable.NONE) {
                child = nodes++;
                children.put(node, content.charAt(i), child);
            }
            node = child;
        }
        if (nodes > ends.length) {
            int filled = ends.length;
            ends = Arrays.copyOf(ends, 2 * nodes);
            Arrays.fill(ends, filled, ends.length, NONE);
        }
        ends[node] = ends[node] == NONE ? index : ends[node];
    }

    boolean isEmpty() {
        return tokens.isEmpty();
    }

    /** Splits the chars from {@code from} to before {@code to}. */
    void split(String text, int from, int to, Parts into) {
        int begin = from;
        for (int at = from; at < to; at++) {
            int found = firsts.get(text.charAt(at)) ? longest(text, at, to) : NONE;
            if (found == NONE) {
                continue;
            }
            AddedToken token = tokens.get(found);
            int end = at + token.content().length();
            if (!token.singleWord() || isSingle(text, from, at, end, to)) {
                int left = token.lstrip() ? Math.max(begin, spaceBefore(text, from, at)) : at;
                if (begin < left) {
                    into.text(begin, left);
                }
                into.token(token);
                begin = token.rstrip() ? spaceAfter(text, end, to) : end;
            }
            // The search continues after the token's own text, possibly within the white space that it also matched.
            at = end - 1;
        }
        if (begin < to) {
            into.text(begin, to);
        }
    }

    private int longest(String text, int at, int to) {
        int found = NONE;
        int node = ROOT;
        for (int i = at; i < to; i++) {
            node = children.get(node, text.charAt(i));
            if (node == PairTable.NONE) {
                break;
            }
            found = ends[node] == NONE ? found : ends[node];
        }
        return found;
    }

    private static boolean isSingle(String text, int from, int start, int end, int to) {
        return (start == from || !CodePoints.WORD.contains(text.codePointBefore(start)))
                && (end == to || !CodePoints.WORD.contains(text.codePointAt(end)));
    }

    /** White space is one char each. */
    private static int spaceBefore(String text, int from, int at) {
        int start = at;
        while (start > from && CodePoints.WHITE_SPACE.contains(text.charAt(start - 1))) {
            start--;
        }
        return start;
    }

    private static int spaceAfter(String text, int at, int to) {
        int end = at;
        while (end < to && CodePoints.WHITE_SPACE.contains(text.charAt(end))) {
            end++;
        }
        return end;
    }
}
