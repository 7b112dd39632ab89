package orrery.token;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import orrery.token.split.CodePoints;

/**
 * Unicode's normal forms by the JDK, for texts of any length, as Hugging Face's library knows them.
 *
 * <p>The JDK puts marks in order by inserting one after another, which takes the square of their number: a text of a
 * megabyte of marks would take twenty minutes. A long run of them is therefore put in order first.
 */
final class NormalForm {
    /** What Qwen's tokenizers do to texts. */
    static final Normalization COMPOSING = new Normalization.Form(Normalizer.Form.NFC);

    /** Marks that the JDK puts in order fast enough. */
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
                // To that library a character like others, which parts what stands before it from what follows.
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

    /** Each mark by itself, so that there is nothing to put in order. */
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

    /** Orders marks between those that keep their place; marks of one class keep theirs among each other. */
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
     * The JDK does not tell a mark's class; but whether it changes places with marks of the first and of a late class.
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
