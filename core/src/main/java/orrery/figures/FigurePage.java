package orrery.figures;

import java.util.List;
import java.util.stream.Collectors;
import orrery.draw.Theme;

/** One page with all figures and their captions, which needs no other file: the drawings stand in it. */
final class FigurePage {
    private FigurePage() {}

    static String of(List<Figure> figures) {
        String contents = figures.stream()
                .map(figure -> "<li value=\"" + figure.number() + "\"><a href=\"#figure-" + figure.number() + "\">"
                        + text(figure.title()) + "</a></li>\n")
                .collect(Collectors.joining());
        String all = figures.stream().map(FigurePage::figure).collect(Collectors.joining());
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
                <p>Every number here is computed from a description of each architecture, unless it is marked as published.
                Each drawing is a file of its own beside this page.</p>
                <nav aria-label="Figures">
                <ol>
                %s</ol>
                </nav>
                <main>
                %s</main>
                </body>
                </html>
                """.formatted(
                colours(":root", Theme.Scheme.LIGHT),
                "@media screen and (prefers-color-scheme: dark) {\n" + colours(":root", Theme.Scheme.DARK) + "}\n",
                Theme.FONTS,
                contents,
                all);
    }

    private static String colours(String selector, Theme.Scheme scheme) {
        return Theme.properties(scheme).entrySet().stream()
                .map(entry -> "  " + entry.getKey() + ": " + entry.getValue() + ";\n")
                .collect(Collectors.joining("", selector + " {\n", "}\n"));
    }

    private static String figure(Figure figure) {
        String drawings = figure.panels().stream()
                .map(panel -> "<div>" + panel.diagram().svg() + "</div>\n")
                .collect(Collectors.joining());
        String files = figure.panels().stream()
                .map(figure::file)
                .map(file -> "<a href=\"" + text(file) + "\">" + text(file) + "</a>")
                .collect(Collectors.joining(", "));
        return "<figure id=\"figure-" + figure.number() + "\">\n" + drawings + "<figcaption><strong>Figure "
                + figure.number() + ". " + text(figure.title()) + ".</strong> " + text(figure.caption())
                + " <span class=\"files\">" + files + "</span></figcaption>\n</figure>\n";
    }

    private static String text(String plain) {
        return plain.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
