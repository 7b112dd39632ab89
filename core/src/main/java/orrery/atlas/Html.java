package orrery.atlas;

import java.util.List;
import java.util.stream.Collectors;
import orrery.draw.Svg;
import orrery.report.Numbers;

/** Pieces of HTML as text. */
final class Html {
    private Html() {}

    /** Text as it stands in HTML, in an element or in an attribute with double quotes. */
    static String text(String plain) {
        return Svg.escape(plain);
    }

    /** A row of a table, of cells that are HTML already. */
    static String row(String... cells) {
        return "<tr>" + String.join("", cells) + "</tr>\n";
    }

    /** What a row is of. */
    static String head(String html) {
        return "<th scope=\"row\">" + html + "</th>";
    }

    static String cell(String html) {
        return "<td>" + html + "</td>";
    }

    static String cell(String ofClass, String html) {
        return "<td class=\"" + ofClass + "\">" + html + "</td>";
    }

    /** A number that is exact. */
    static String number(long number) {
        return cell("number", Numbers.exact(number));
    }

    /** A term and what there is to say of it, which is HTML already. */
    static String term(String plain, String html) {
        return "<div><dt>" + text(plain) + "</dt><dd>" + html + "</dd></div>\n";
    }

    /** A link; the text is plain. */
    static String link(String href, String plain) {
        return "<a href=\"" + text(href) + "\">" + text(plain) + "</a>";
    }

    /** A number that shows on hover and focus how it was reckoned, and to readers without scripts in a title. */
    static String figure(Reckoning reckoning) {
        String formula = text(reckoning.formula());
        return "<orrery-figure formula=\"" + formula + "\" title=\"" + formula + "\">" + text(reckoning.value())
                + "</orrery-figure>";
    }

    /**
     * A formula in a notation of one line: {@code 2 n_kv d_head}. A letter alone, and letters before an underscore, are
     * variables; what follows an underscore or a caret, in braces if it is more than a word, is set low or high.
     */
    static String formula(String line) {
        var out = new StringBuilder("<span class=\"formula\">");
        int at = 0;
        while (at < line.length()) {
            char sign = line.charAt(at);
            if (sign == '_' || sign == '^') {
                String tag = sign == '_' ? "sub" : "sup";
                boolean braced = at + 1 < line.length() && line.charAt(at + 1) == '{';
                int from = braced ? at + 2 : at + 1;
                int end = braced ? line.indexOf('}', from) : endOfWord(line, from);
                out.append("<" + tag + ">" + text(line.substring(from, end)) + "</" + tag + ">");
                at = braced ? end + 1 : end;
            } else if (Character.isLetter(sign)) {
                int end = endOfWord(line, at);
                String word = line.substring(at, end);
                boolean variable = word.length() == 1 || (end < line.length() && line.charAt(end) == '_');
                out.append(variable ? "<var>" + word + "</var>" : word);
                at = end;
            } else {
                out.append(text(String.valueOf(sign)));
                at++;
            }
        }
        return out.append("</span>").toString();
    }

    private static int endOfWord(String line, int from) {
        int end = from;
        while (end < line.length() && Character.isLetterOrDigit(line.charAt(end))) {
            end++;
        }
        return Math.max(end, from);
    }

    /** A list of items that are HTML already; nothing where there are none. */
    static String list(String ofClass, List<String> items) {
        if (items.isEmpty()) {
            return "";
        }
        return items.stream()
                .map(item -> "<li>" + item + "</li>\n")
                .collect(Collectors.joining("", "<ul class=\"" + ofClass + "\">\n", "</ul>\n"));
    }
}
