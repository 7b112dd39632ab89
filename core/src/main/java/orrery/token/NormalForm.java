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

    /**
     * That library's tables are those of Unicode 9: characters to which later versions gave a decomposition or an order, and
     * those that they compose. To it they are characters like others, which part what stands before them from what follows.
     */
    private static final CodePoints LATER = CodePoints.ofRanges("7FD 897-89F 8CA-8D3 9FE C3C D3B-D3C EBA 1715 1ABF-1ACE"
            + " 1DF6-1DFA 32FF A7F2-A7F4 A82C AB69 105C9 105D2 105DA 105E4 10781-10785 10787-107B0 107B2-107BA 10D24-10D27"
            + " 10D69-10D6D 10EAB-10EAC 10EFD-10EFF 10F46-10F50 10F82-10F85 11070 1133B 11382-11385 1138B 1138E 11390-11391"
            + " 113C2 113C5 113C7-113C8 113CE-113D0 1145E 11839-1183A 11935 11938 1193D-1193E 11943 119E0 11A34 11A47 11A99"
            + " 11D42 11D44-11D45 11D97 11F41-11F42 1611E 16121-16129 1612F 16D63 16D67-16D6A 16FF0-16FF1 1CCD6-1CCF9"
            + " 1E030-1E06D 1E08F 1E130-1E136 1E2AE 1E2EC-1E2EF 1E4EC-1E4EF 1E5EE-1E5EF 1F16C 1FBF0-1FBF9");

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
            if (LATER.contains(point)) {
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

    /** The JDK does not tell a mark's class; but whether it changes places with marks of the first and of a late class. */
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
