package orrery.draw;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orrery.draw.Theme.Scheme;

/**
 * A drawing without a style sheet, for programs that know neither custom properties nor media queries: each element
 * carries the colours and letters of one scheme as attributes. What is drawn is the same.
 */
final class PlainSvg {
    private static final Pattern STYLE = Pattern.compile("<style>.*?</style>", Pattern.DOTALL);
    private static final Pattern MEDIA = Pattern.compile("@media [^{]*\\{(?:[^{}]*\\{[^{}]*\\})*\\}");
    private static final Pattern RULE = Pattern.compile("\\." + Theme.DRAWING + "([^{}]*)\\{([^{}]*)\\}");
    private static final Pattern SIMPLE = Pattern.compile("(?:| [a-z]+| \\.[a-z-]+)");
    private static final Pattern TAG = Pattern.compile("<([A-Za-z]+)((?: [A-Za-z0-9:-]+=\"[^\"]*\")*)(/?)>");
    private static final Pattern ATTRIBUTE = Pattern.compile(" ([A-Za-z0-9:-]+)=\"([^\"]*)\"");
    private static final Pattern COLOUR = Pattern.compile("var\\(--d-([a-z-]+)\\)");

    /** Names and values, what counts most last. */
    private final List<Rule> ofElements = new ArrayList<>();

    private final List<Rule> ofClasses = new ArrayList<>();

    private record Rule(String selected, Map<String, String> declarations) {}

    private PlainSvg(Scheme scheme) {
        var colours = Theme.properties(scheme);
        var rules = RULE.matcher(MEDIA.matcher(Theme.css()).replaceAll(""));
        while (rules.find()) {
            String selector = rules.group(1);
            if (!SIMPLE.matcher(selector).matches()) {
                throw new IllegalStateException("a rule for \"" + selector + "\" can be told by no attribute");
            }
            var declarations = declarations(rules.group(2), colours);
            boolean ofClass = selector.startsWith(" .");
            (ofClass ? ofClasses : ofElements)
                    .add(new Rule(selector.isEmpty() ? "svg" : selector.substring(ofClass ? 2 : 1), declarations));
        }
    }

    static String of(String svg, Scheme scheme) {
        var plain = new PlainSvg(scheme);
        return TAG.matcher(STYLE.matcher(svg).replaceFirst(""))
                .replaceAll(tag -> Matcher.quoteReplacement(plain.tag(tag.group(1), tag.group(2), tag.group(3))));
    }

    private static Map<String, String> declarations(String text, Map<String, String> colours) {
        var declarations = new LinkedHashMap<String, String>();
        for (String one : text.split(";")) {
            int colon = one.indexOf(':');
            String name = colon < 0 ? "" : one.substring(0, colon);
            // Properties are looked up here, and a drawing's ground is a rectangle of its own.
            if (!name.isEmpty() && !name.startsWith("--") && !name.equals("background")) {
                String value = COLOUR.matcher(one.substring(colon + 1))
                        .replaceAll(found -> colours.getOrDefault("--orrery-" + found.group(1), ""));
                declarations.put(name, value);
            }
        }
        return declarations;
    }

    private String tag(String name, String attributes, String end) {
        var all = new LinkedHashMap<String, String>();
        var found = ATTRIBUTE.matcher(attributes);
        while (found.find()) {
            all.put(found.group(1), found.group(2));
        }
        String classes = all.remove("class");
        ofElements.stream()
                .filter(rule -> rule.selected().equals(name))
                .forEach(rule -> all.putAll(rule.declarations()));
        if (classes != null) {
            var named = List.of(classes.split(" "));
            ofClasses.stream()
                    .filter(rule -> named.contains(rule.selected()))
                    .forEach(rule -> all.putAll(rule.declarations()));
        }
        var tag = new StringBuilder("<").append(name);
        all.forEach((key, value) ->
                tag.append(' ').append(key).append("=\"").append(value).append('"'));
        return tag.append(end).append('>').toString();
    }
}
