package orrery.atlas;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import orrery.figures.Figure;
import orrery.figures.FigureHeading;
import orrery.figures.Figures;

/** The survey's figures, a page each, and their list. Models and mechanisms lead to those that show them. */
final class FigurePages {
    static final String INDEX = "figures.html";

    private final List<FigureHeading> all = Figures.headings();
    private final List<Entry> entries;

    FigurePages(List<Entry> entries) {
        this.entries = entries;
    }

    List<FigureHeading> all() {
        return all;
    }

    /** From the site's beginning. */
    static String path(FigureHeading heading) {
        return "figures/" + heading.file() + ".html";
    }

    /** A section with links to the figures that show a mechanism, for its page; nothing where none does. */
    String of(Mechanism mechanism) {
        return section(all.stream()
                .filter(one -> one.mechanisms().contains(mechanism.slug()))
                .toList());
    }

    /** The same of a model. */
    String of(Entry entry) {
        return entry.release().isEmpty()
                ? ""
                : section(all.stream()
                        .filter(one -> one.models().contains(entry.name()))
                        .toList());
    }

    private static String section(List<FigureHeading> shown) {
        return shown.isEmpty()
                ? ""
                : "<section aria-labelledby=\"figures\"><h2 id=\"figures\">Figures</h2>\n"
                        + Html.list(
                                "labels",
                                shown.stream()
                                        .map(one -> Html.link("../" + path(one), one.number() + ": " + one.title()))
                                        .toList())
                        + "</section>\n";
    }

    Page page(FigureHeading heading) {
        var figure = Figures.numbered(heading.number());
        int at = all.indexOf(heading);
        String main = """
                <article>
                <p class="crumbs"><a href="../figures.html">Figures</a> · %d</p>
                <h1>%s</h1>
                %s
                <p>%s</p>
                %s
                <nav class="pages" aria-label="Figures before and after">%s%s</nav>
                </article>
                """.formatted(
                        heading.number(),
                        Html.text(heading.title()),
                        drawings(figure),
                        Html.text(figure.caption()),
                        more(heading),
                        at == 0
                                ? ""
                                : link(
                                        all.get(at - 1),
                                        "prev",
                                        "← Figure " + all.get(at - 1).number()),
                        at == all.size() - 1
                                ? ""
                                : link(
                                        all.get(at + 1),
                                        "next",
                                        "Figure " + all.get(at + 1).number() + " →"));
        return new Page(path(heading), heading.title(), figure.caption(), Page.Section.FIGURES, main);
    }

    private static String drawings(Figure figure) {
        return figure.panels().stream()
                .map(panel -> "<div class=\"scroll\"><figure class=\"drawing\">"
                        + panel.diagram().svg() + "</figure></div>\n")
                .collect(Collectors.joining());
    }

    /** To the pages of what it shows. */
    private String more(FigureHeading heading) {
        var links = new ArrayList<String>();
        Arrays.stream(Mechanism.values())
                .filter(one -> heading.mechanisms().contains(one.slug()))
                .forEach(one -> links.add(Html.link("../" + MechanismPage.path(one), one.title())));
        entries.stream()
                .filter(one -> one.release().isPresent() && heading.models().contains(one.name()))
                .forEach(one -> links.add(Html.link("../" + one.page(), one.name())));
        return Html.list("labels", links);
    }

    private static String link(FigureHeading heading, String relation, String words) {
        return "<a rel=\"" + relation + "\" href=\"" + heading.file() + ".html\">" + words + "</a>";
    }

    /** The list of all figures. */
    Page index() {
        String items = all.stream()
                .map(one -> "<li value=\"" + one.number() + "\">" + Html.link(path(one), one.title()) + "</li>\n")
                .collect(Collectors.joining());
        return new Page(
                INDEX,
                "Figures",
                "The figures of a survey of language-model architectures, computed, measured and drawn.",
                Page.Section.FIGURES,
                """
                <div class="hero">
                <h1>Figures</h1>
                <p class="lead">The figures of a survey of these architectures, by their numbers there. Each caption says what is computed, \
                what is measured and what is published.</p>
                </div>
                <ol class="figure-list">
                %s</ol>
                """.formatted(items));
    }
}
