package orrery.token;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The control tokens of a tokenizer as they stand in texts, and the mark that tells a user's text from a template's.
 * {@link ControlForm} says which tokens these are.
 *
 * <p>The mark is the noncharacter U+FDD0, which Unicode (section 23.7) keeps for use within a program: no text that is
 * interchanged means anything by it, white-space rules do not know it, and it is removed from what users write. A
 * control token within a user's text gets a mark after its first character, so it is no longer that token, neither for
 * the tokenizer nor for a template that looks for it. A token of a single character has the mark before it.
 */
final class ControlTokens {
    static final char MARK = '\uFDD0';
    private static final String MARK_TEXT = String.valueOf(MARK);

    /** The control tokens that begin with a character. */
    private final Map<Character, List<AddedToken>> byFirst = new HashMap<>();

    /** All of them, and those that end or begin a turn, whatever their role. */
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

    /** Whether normalising a text may make a control token of what is not yet one. */
    boolean controlsAreNormalized() {
        return controlsAreNormalized;
    }

    /** The ids of all of them; not to be changed. */
    BitSet ids() {
        return ids;
    }

    /**
     * Added tokens for a text with stand-ins: each control token is found as its {@linkplain #stand stand-in} alone.
     */
    List<AddedToken> withStandIns(Collection<AddedToken> added) {
        return added.stream()
                .map(token -> isControl(token) ? token.withContent(stand(token.id())) : token)
                .toList();
    }

    /** How a control token is spelled where texts spell none: text that cannot be written. */
    static String stand(int id) {
        return MARK + Integer.toString(id) + MARK;
    }

    static boolean isStandIn(String content) {
        return content.charAt(0) == MARK;
    }

    static String withoutMarks(String text) {
        return text.indexOf(MARK) < 0 ? text : text.replace(MARK_TEXT, "");
    }

    /** Marks every control token that a user's text spells; tokens that overlap are all marked. */
    String guard(String userText) {
        return guard(userText, ids);
    }

    /** Marks what ends or begins a turn in a text that the model wrote; its thoughts and calls stay what they are. */
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
     * A rendered prompt in which texts spell no control token: those that are not marked become their
     * {@linkplain #stand stand-ins}, and the marks go. What follows a mark begins no token.
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

    /** As the encoder looks for them: all that are found before a text is normalised come first. */
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
