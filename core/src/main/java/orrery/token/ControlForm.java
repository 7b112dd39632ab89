package orrery.token;

import java.util.Collection;

/**
 * Which added tokens a template may write and a user may not, besides those that a file marks as special. Files do not
 * declare them: DeepSeek V3's {@code <｜User｜>} and Qwen 3's {@code <tool_call>} are not marked as special, but
 * neither are Gemma's newlines and HTML tags, which are ordinary text.
 */
final class ControlForm {
    private ControlForm() {}

    /**
     * Whether a token has a form that ordinary text does not have: {@code <|im_end|>}, {@code <｜User｜>},
     * {@code [INST]}, {@code <start_of_turn>}.
     */
    static boolean isMark(String token) {
        return between(token, "<|", "|>")
                || between(token, "<｜", "｜>")
                || between(token, "<start_of_", ">")
                || between(token, "<end_of_", ">")
                || isCapitalised(token);
    }

    /** Whether a template writes a token that is more than white space, punctuation or words. */
    static boolean isWrittenAsMark(String token, Collection<String> templates) {
        String bare = token.strip();
        return !bare.isEmpty()
                && !isOrdinary(bare.codePointAt(0))
                && !isOrdinary(bare.codePointBefore(bare.length()))
                && bare.codePoints().anyMatch(Character::isLetterOrDigit)
                && templates.stream().anyMatch(template -> template.contains(bare));
    }

    private static boolean isOrdinary(int character) {
        return Character.isLetterOrDigit(character) || Character.isWhitespace(character);
    }

    private static boolean between(String token, String first, String last) {
        return token.length() > first.length() + last.length() && token.startsWith(first) && token.endsWith(last);
    }

    /** {@code [INST]}, {@code [/TOOL_RESULTS]}. */
    private static boolean isCapitalised(String token) {
        if (!between(token, "[", "]")) {
            return false;
        }
        int from = token.charAt(1) == '/' ? 2 : 1;
        String name = token.substring(from, token.length() - 1);
        return name.chars().anyMatch(Character::isUpperCase)
                && name.chars().allMatch(one -> (one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9') || one == '_');
    }
}
