package orrery.token;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The control tokens of a tokenizer as they appear in texts, and the mark that distinguishes a user's text from a
 * template's. {@link ControlForm} decides which tokens these are.
 *
 * <p>The mark is the noncharacter U+FDD0, which Unicode (section 23.7) reserves for use within a program: it has no
 * meaning in interchanged text, is not white space, and is removed from user text. In a user's text, each control token
 * gets a mark after its first character, so that neither the tokenizer nor a template that searches for it matches it.
 * A single-character token has the mark before it.
 */
final class ControlTokens {
    static final char MARK = '\uFDD0';
    private static final String MARK_TEXT = String.valueOf(MARK);

    /** The control tokens by their first character. */
    private final Map<Character, List<AddedToken>> byFirst = new HashMap<>();

    /** All of them, and those that end or begin a turn, in any role. */
    private final BitSet ids = new BitSet();

    private final BitSet turns = new BitSet();
    private final AddedTokens raw;
    private final AddedTokens normalized;
    private final boolean controlsAreNormalized;

    /**
     * @param added all added tokens
     * @param templates the sources of the model's chat templates
     */
    ControlTokens(Collection<AddedToken> added, Collection<String> templates) {
        boolean found = false;
        for (AddedToken token : added) {
            boolean turn = token.special() || ControlForm.isMark(token.content());
            if (turn || ControlForm.isWrittenAsMark(token.content(), templates)) {
                ids.set(token.id());
                turns.set(token.id(), turn);
                found |= token.normalized();
                byFirst.computeIfAbsent(token.content().charAt(0), first -> new ArrayList<>())
                        .add(token);
            }
        }
        controlsAreNormalized = found;
        raw = new AddedTokens(
                added.stream().filter(token -> !token.normalized()).toList());
        normalized =
                new AddedTokens(added.stream().filter(AddedToken::normalized).toList());
    }

    private boolean isControl(AddedToken token) {
        return ids.get(token.id());
    }

    /** Whether normalizing a text may create a control token. */
    boolean controlsAreNormalized() {
        return controlsAreNormalized;
    }

    /** The ids of all of them; not to be changed. */
    BitSet ids() {
        return ids;
    }

    /** Added tokens for a text with stand-ins: each control token matches only its {@linkplain #stand stand-in}. */
    List<AddedToken> withStandIns(Collection<AddedToken> added) {
        return added.stream()
                .map(token -> isControl(token) ? token.withContent(stand(token.id())) : token)
                .toList();
    }

    /** The stand-in of a control token: a text that users cannot write. */
    static String stand(int id) {
        return MARK + Integer.toString(id) + MARK;
    }

    static boolean isStandIn(String content) {
        return content.charAt(0) == MARK;
    }

    static String withoutMarks(String text) {
        return text.indexOf(MARK) < 0 ? text : text.replace(MARK_TEXT, "");
    }

    /** Marks every control token spelled in a user's text; of overlapping tokens, all are marked. */
    String guard(String userText) {
        return guard(userText, ids);
    }

    /**
     * Marks tokens that end or begin a turn in a text that the model wrote; its reasoning and calls stay control
     * tokens.
     */
    String guardAnswer(String answer) {
        return guard(answer, turns);
    }

    private String guard(String written, BitSet marked) {
        String text = withoutMarks(written);
        StringBuilder guarded = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); ) {
            int next = i + Character.charCount(text.codePointAt(i));
            int at = i;
            List<AddedToken> candidates = byFirst.getOrDefault(text.charAt(i), List.of());
            List<AddedToken> spelled = candidates.isEmpty()
                    ? candidates
                    : candidates.stream()
                            .filter(token -> marked.get(token.id()) && text.startsWith(token.content(), at))
                            .toList();
            boolean single = spelled.stream().anyMatch(token -> token.content().length() == next - at);
            guarded.append(single ? MARK_TEXT : "")
                    .append(text, i, next)
                    .append(single || spelled.isEmpty() ? "" : MARK_TEXT);
            i = next;
        }
        return guarded.toString();
    }

    /**
     * A rendered prompt in which no plain text matches a control token: unmarked tokens become their
     * {@linkplain #stand stand-ins}, and the marks are removed. No token starts right after a mark.
     */
    String standIns(String rendered) {
        StringBuilder text = new StringBuilder(rendered.length() + 16);
        int from = 0;
        while (from < rendered.length()) {
            int mark = rendered.indexOf(MARK, from);
            int end = mark < 0 ? rendered.length() : mark;
            replace(rendered, from, end, List.of(raw, normalized), text);
            from = end;
            while (from < rendered.length() && rendered.charAt(from) == MARK) {
                from++;
            }
            if (mark >= 0 && from < rendered.length()) {
                int next = from + Character.charCount(rendered.codePointAt(from));
                text.append(rendered, from, next);
                from = next;
            }
        }
        return text.toString();
    }

    /** As in the encoder: tokens that are matched before normalization come first. */
    private void replace(String text, int from, int to, List<AddedTokens> passes, StringBuilder into) {
        if (from == to || passes.isEmpty()) {
            into.append(text, from, to);
            return;
        }
        passes.getFirst().split(text, from, to, new AddedTokens.Parts() {
            @Override
            public void text(int start, int end) {
                replace(text, start, end, passes.subList(1, passes.size()), into);
            }

            @Override
            public void token(AddedToken token) {
                into.append(isControl(token) ? stand(token.id()) : token.content());
            }
        });
    }
}
