package orrery.atlas;

import java.util.ArrayList;
import java.util.List;

/**
 * What all pages of the site have around their content.
 *
 * @param path from the site's beginning, such as {@code models/gpt2.html}
 * @param title of the page, plain
 * @param description one sentence for search results
 * @param section which entry of the menu it belongs to
 * @param main the content, HTML
 */
record Page(String path, String title, String description, Section section, String main) {

    private static final String FOOTER = """
            <footer class="bottom">
            <p>Numbers are <span class="kind">computed</span> from one description of each architecture. Release dates, licences and what \
            machines can do are <span class="kind">published</span> by their makers. Nothing on these pages is <span class="kind">measured</span>. \
            <a href="%sassets/licences.txt">Licences of the libraries used.</a></p>
            </footer>
            """;

    /** The entries of the menu. */
    enum Section {
        MODELS("Models", "index.html"),
        COMPARE("Compare", "compare.html"),
        MECHANISMS("Mechanisms", "mechanisms.html"),
        FIGURES("Figures", "figures.html"),
        INSIDE("Inside", "look.html"),
        TIMELINE("Timeline", "timeline.html"),
        CHAT("Chat", "chat");

        private final String title;
        private final String page;

        Section(String title, String page) {
            this.title = title;
            this.page = page;
        }
    }

    /** From this page to the site's beginning: nothing, or {@code ../}. */
    static String root(String path) {
        return path.contains("/") ? "../" : "";
    }

    /** @param chat whether a server has a chat beside these pages */
    String html(boolean chat) {
        String root = root(path);
        var menu = new ArrayList<String>();
        for (var one : Section.values()) {
            if (one == Section.CHAT && !chat) {
                continue;
            }
            String current =
                    one == section ? (one.page.equals(path) ? " aria-current=\"page\"" : " aria-current=\"true\"") : "";
            menu.add("<a href=\"" + root + one.page + "\"" + current + ">" + one.title + "</a>");
        }
        return """
                <!doctype html>
                <html lang="en" data-root="%1$s">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%2$s</title>
                <meta name="description" content="%3$s">
                <link rel="icon" href="%1$sassets/icon.svg" type="image/svg+xml">
                <link rel="stylesheet" href="%1$sassets/theme.css">
                <link rel="stylesheet" href="%1$sassets/atlas.css">
                <script src="%1$sassets/atlas.js" defer></script>
                </head>
                <body>
                <a class="skip" href="#content">Skip to the content</a>
                <header class="top">
                <a class="brand" href="%1$sindex.html">%4$s<span>Orrery <em>atlas</em></span></a>
                <nav aria-label="Atlas">%5$s</nav>
                <orrery-theme></orrery-theme>
                </header>
                <main id="content" tabindex="-1">
                %6$s</main>
                %7$s</body>
                </html>
                """.formatted(
                        root,
                        Html.text(title.equals("Orrery atlas") ? title : title + " · Orrery atlas"),
                        Html.text(description),
                        Icon.INLINE,
                        String.join("", menu),
                        main,
                        section == Section.CHAT ? "" : FOOTER.formatted(root));
    }

    /** Links to mechanisms' pages, as small labels. */
    static String labels(String root, List<Mechanism> mechanisms) {
        var links = mechanisms.stream().map(one -> Html.link(root + MechanismPage.path(one), one.title()));
        return Html.list("labels", links.toList());
    }
}
