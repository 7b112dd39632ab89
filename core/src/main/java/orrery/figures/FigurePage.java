package orrery.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import orrery.catalog.Catalog;
import orrery.draw.Svg;
import orrery.draw.Theme;

/** One page with all figures and their captions, which needs no other file: the drawings stand in it. */
final class FigurePage {
    private FigurePage() {}

    /** @param atlas the address of the atlas as the page sees it; without one models link to their model cards */
    static String of(List<Figure> figures, Optional<String> atlas) {
        String contents = figures.stream()
                .map(figure -> "<li value=\"" + figure.number() + "\"><a href=\"#figure-" + figure.number() + "\">"
                        + Svg.escape(figure.title()) + "</a></li>\n")
                .collect(Collectors.joining());
        String all = figures.stream().map(figure -> figure(figure, atlas)).collect(Collectors.joining());
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>Figures: the architectures of language models</title>
                <style>
                %s%sbody { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 58rem; background: var(--orrery-paper);
                  color: var(--orrery-ink); font: 1rem/1.5 %s; }
                a { color: var(--orrery-attention-line); }
                ol { padding-left: 2rem; columns: 2 20rem; column-gap: 3.5rem; }
                figure { margin: 3rem 0 0; break-inside: avoid; }
                figure > div { overflow-x: auto; }
                figure svg { display: block; max-width: 100%%; height: auto; margin: 0 auto 1rem; }
                figcaption { max-width: 46rem; margin: 0 auto; }
                .files { color: var(--orrery-muted); font-size: 0.875rem; }
                @media print { figure { break-before: page; margin-top: 0; } .files { display: none; } }
                </style>
                </head>
                <body>
                <h1>Figures: the architectures of language models</h1>
                <p>Every number here is computed from a description of each architecture, unless it is marked as published or measured; each
                caption says which is which, and leads to the models and mechanisms that it shows.
                Each drawing is also a separate file beside this page.</p>
                <nav aria-label="Figures">
                <ol>
                %s</ol>
                </nav>
                <main>
                %s</main>
                </body>
                </html>
                """.formatted(
                        Theme.rule(":root", "", Theme.Scheme.LIGHT),
                        "@media screen and (prefers-color-scheme: dark) {\n"
                                + Theme.rule(":root", "", Theme.Scheme.DARK) + "}\n",
                        Theme.FONTS,
                        contents,
                        all);
    }

    private static String figure(Figure figure, Optional<String> atlas) {
        String drawings = figure.panels().stream()
                .map(panel -> "<div>" + panel.diagram().svg() + "</div>\n")
                .collect(Collectors.joining());
        String files = figure.panels().stream()
                .map(figure::file)
                .map(file -> link(file, file))
                .collect(Collectors.joining(", "));
        return "<figure id=\"figure-" + figure.number() + "\">\n" + drawings + "<figcaption><strong>Figure "
                + figure.number() + ". " + Svg.escape(figure.title()) + ".</strong> " + Svg.escape(figure.caption())
                + links(figure.heading(), atlas)
                + " <span class=\"files\">" + files + "</span></figcaption>\n</figure>\n";
    }

    /** To the pages of mechanisms and models. */
    private static String links(FigureHeading links, Optional<String> atlas) {
        var all = new ArrayList<String>();
        atlas.ifPresent(address -> links.mechanisms()
                .forEach(slug -> all.add(link(address + "/mechanisms/" + slug + ".html", slug.replace('-', ' ')))));
        for (String name : links.models()) {
            String page = atlas.map(address -> address + "/models/" + name + ".html")
                    .orElseGet(() -> Catalog.release(name).orElseThrow().card().toString());
            all.add(link(page, name));
        }
        return " <span class=\"links\">More: " + String.join(", ", all) + ".</span>";
    }

    private static String link(String address, String words) {
        return "<a href=\"" + Svg.escape(address) + "\">" + Svg.escape(words) + "</a>";
    }
}
