package orrery.figures;

import java.util.List;
import java.util.regex.Pattern;

/** What a reader can read in a figure. */
final class Texts {
    private static final Pattern TEXT = Pattern.compile("<text[^>]*>([^<]*)</text>");

    private Texts() {}

    /** Of one drawing, in order. */
    static List<String> of(Figure figure, String panel) {
        var svg = figure.panels().stream()
                .filter(one -> one.name().equals(panel))
                .findFirst()
                .orElseThrow()
                .diagram()
                .svg();
        return TEXT.matcher(svg).results().map(found -> found.group(1)).toList();
    }
}
