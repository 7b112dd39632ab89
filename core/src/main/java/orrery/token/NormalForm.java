package orrery.token;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import orrery.token.split.CodePoints;

/**
 * Unicode's normal forms, computed by the JDK, for texts of any length and with the tables of Hugging Face's library.
 *
 * <p>The JDK sorts combining marks by insertion, which takes quadratic time: a megabyte of marks would take twenty
 * minutes. Long runs of marks are therefore sorted before.
 */
final class NormalForm {
    /** The normalization of Qwen's tokenizers. */
    static final Normalization COMPOSING = new Normalization.Form(Normalizer.Form.NFC);

    /** The most marks that the JDK sorts fast enough. */
    private static final int FEW = 64;

    private NormalForm() {}

    static String of(String text, Normalizer.Form form) {
        if (text.chars().allMatch(unit -> unit < 0x80)) {
            return text;
        }
        var normal = new StringBuilder(text.length());
        int begin = 0;
        for (int at = 0; at < text.length(); ) {
            int point = text.codePointAt(at);
            int next = at + Character.charCount(point);
            if (LaterCharacters.NORMAL_FORMS.contains(point)) {
                // For that library it is an ordinary character, which separates the text before it from the text after
                // it.
                part(text.substring(begin, at), form, normal);
                normal.appendCodePoint(point);
                begin = next;
            }
            at = next;
        }
        part(text.substring(begin), form, normal);
        return normal.toString();
    }

    private static void part(String text, Normalizer.Form form, StringBuilder normal) {
        String ordered = withLongRunsOrdered(text, form);
        normal.append(Normalizer.isNormalized(ordered, form) ? ordered : Normalizer.normalize(ordered, form));
    }

    private static String withLongRunsOrdered(String text, Normalizer.Form form) {
        var whole = new StringBuilder();
        int copied = 0;
        for (int at = 0; at < text.length(); ) {
            int end = CodePoints.MARKS.run(text, at, text.length());
            if (end - at > FEW) {
                whole.append(text, copied, at);
                ordered(decomposed(text.substring(at, end), form), whole);
                copied = end;
            }
            at = end > at ? end : at + Character.charCount(text.codePointAt(at));
        }
        return copied == 0 ? text : whole.append(text, copied, text.length()).toString();
    }

    /** Each mark separately, so that there is nothing to sort. */
    private static List<String> decomposed(String marks, Normalizer.Form form) {
        boolean compatible = form == Normalizer.Form.NFKC || form == Normalizer.Form.NFKD;
        Normalizer.Form apart = compatible ? Normalizer.Form.NFKD : Normalizer.Form.NFD;
        List<String> parts = new ArrayList<>();
        marks.codePoints()
                .forEach(mark -> Normalizer.normalize(Character.toString(mark), apart)
                        .codePoints()
                        .forEach(part -> parts.add(Character.toString(part))));
        return parts;
    }

    /** Sorts the marks between those of class 0; marks of the same class keep their order. */
    private static void ordered(List<String> marks, StringBuilder into) {
        List<String> run = new ArrayList<>();
        for (String mark : marks) {
            if (staysInPlace(mark)) {
                run.sort(NormalForm::compare);
                run.forEach(into::append);
                run.clear();
                into.append(mark);
            } else {
                run.add(mark);
            }
        }
        run.sort(NormalForm::compare);
        run.forEach(into::append);
    }

    /**
     * The JDK does not expose a mark's class, but one can test whether it changes places with marks of the first and of
     * a late class.
     */
    private static boolean staysInPlace(String mark) {
        return !swap("\u0315", mark) && !swap(mark, "\u0334");
    }

    private static int compare(String left, String right) {
        return swap(left, right) ? 1 : swap(right, left) ? -1 : 0;
    }

    private static boolean swap(String left, String right) {
        return !Normalizer.normalize(left + right, Normalizer.Form.NFD).equals(left + right);
    }
}
