package orrery.atlas;

import java.util.List;

/** Pieces of HTML as text. */
final class Html {
    private Html() {}

    /** Text as it stands in HTML, in an element or in an attribute with double quotes. */
    static String text(String plain) {
        return plain.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
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
                int from = at + 1;
                int end;
                if (from < line.length() && line.charAt(from) == '{') {
                    end = line.indexOf('}', from);
                    out.append('<').append(tag).append('>').append(text(line.substring(from + 1, end)));
                    end++;
                } else {
                    end = endOfWord(line, from);
                    out.append('<').append(tag).append('>').append(text(line.substring(from, end)));
                }
                out.append("</").append(tag).append('>');
                at = end;
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
        var out = new StringBuilder("<ul class=\"" + ofClass + "\">\n");
        items.forEach(item -> out.append("<li>").append(item).append("</li>\n"));
        return out.append("</ul>\n").toString();
    }
}
