package orrery.atlas;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import orrery.draw.BlockDiagram;
import orrery.draw.OpenedPart;
import orrery.report.Announced;
import orrery.report.CacheTable;
import orrery.report.Card;
import orrery.report.Numbers;
import orrery.report.ParameterTable;
import orrery.spec.ArchitectureSpec;

/** One model: figures, drawing, card, parameters, memory, curves. All but the curves is there without scripts. */
final class ModelPage {
    private ModelPage() {}

    /**
     * @param neighbours the nearest models to compare with
     * @param figures a section with links to figures, as HTML
     * @param before the page before in the list of models, or this one
     * @param after the one after, or this one
     */
    static Page of(Entry entry, List<Entry> neighbours, String figures, Entry before, Entry after) {
        var spec = entry.spec();
        String main = """
                <orrery-model name="%1$s">
                <article class="model">
                <p class="crumbs"><a href="../index.html">Models</a> · %2$s</p>
                <h1>%1$s</h1>
                %3$s
                %6$s
                <section aria-labelledby="drawing"><h2 id="drawing">The architecture</h2>
                <p class="note">Read it from the bottom: token ids enter, logits for the next token leave. Point at a box, or move to it with \
                the Tab key, for an explanation; it links to its mechanism's page. Attention, feed-forward and experts open here.</p>
                <div class="wide"><div class="scroll" aria-labelledby="drawing"><figure class="drawing">%7$s</figure></div></div>
                %15$s
                </section>
                <section aria-labelledby="card"><h2 id="card">Architecture card</h2>
                %5$s
                %4$s
                %8$s</section>
                <section aria-labelledby="parameters"><h2 id="parameters">Parameters</h2>
                %9$s</section>
                <section aria-labelledby="memory"><h2 id="memory">Cache, memory traffic and compute</h2>
                %10$s</section>
                <section aria-labelledby="curves"><h2 id="curves">By context length</h2>
                <orrery-curve models="%1$s"><p class="without-scripts">The curves need JavaScript.</p></orrery-curve></section>
                <section aria-labelledby="mechanisms"><h2 id="mechanisms">Mechanisms</h2>
                %11$s</section>
                %16$s                <section aria-labelledby="beside"><h2 id="beside">Comparisons</h2>
                %12$s</section>
                <nav class="pages" aria-label="Models before and after">%13$s%14$s</nav>
                </article>
                </orrery-model>
                """.formatted(
                        Html.text(entry.name()),
                        Html.text(entry.family()),
                        origin(entry),
                        LayerStrip.of(spec),
                        "<p class=\"layers\">" + Html.text(entry.layers()) + "</p>",
                        figures(Reckoning.headline(spec)),
                        BlockDiagram.of(spec, MechanismLinks.of(spec, "../")).svg(),
                        card(entry),
                        parameters(ParameterTable.of(spec)),
                        costs(entry),
                        Page.labels("../", List.copyOf(entry.mechanisms())),
                        beside(entry, neighbours),
                        before.name().equals(entry.name())
                                ? ""
                                : "<a rel=\"prev\" href=\"" + before.name() + ".html\">← " + before.name() + "</a>",
                        after.name().equals(entry.name())
                                ? ""
                                : "<a rel=\"next\" href=\"" + after.name() + ".html\">" + after.name() + " →</a>",
                        insides(spec),
                        figures);
        return new Page(
                entry.page(),
                entry.name(),
                entry.name() + " of " + entry.family() + ": " + Numbers.exact(entry.total()) + " parameters, "
                        + entry.layers(),
                Page.Section.MODELS,
                main);
    }

    /** Parts of the drawing opened, folded away; with scripts a click on their boxes shows them. */
    private static String insides(ArchitectureSpec spec) {
        var out = new StringBuilder();
        for (var part : OpenedPart.in(spec)) {
            out.append("<details class=\"inside\" id=\"inside-")
                    .append(part.title())
                    .append("\"><summary>Inside ")
                    .append(part.title())
                    .append("</summary><div class=\"scroll\"><figure class=\"drawing\">")
                    .append(part.draw(spec).svg())
                    .append("</figure></div></details>\n");
        }
        return out.toString();
    }

    private static String origin(Entry entry) {
        var parts = new ArrayList<String>();
        var announced = Announced.of(entry.spec());
        entry.served().ifPresent(name -> {
            parts.add("<span class=\"kind\">served here</span>");
            parts.add("as <strong>" + Html.text(name) + "</strong>");
            parts.add(ChatLink.to(name, "../"));
        });
        entry.release().ifPresent(release -> {
            parts.add("<span class=\"kind\">published</span>");
            release.released().ifPresent(date -> parts.add("released " + date));
            announced.context().ifPresent(context -> parts.add("context " + Html.text(context)));
            release.licence().ifPresent(licence -> parts.add(Html.text(licence)));
            parts.add(Html.link(release.card().toString(), release.hubId()));
            release.report().map(URI::toString).ifPresent(address -> parts.add(Html.link(address, "report")));
        });
        return "<p class=\"origin\">" + String.join(" · ", parts) + "</p>\n"
                + announced
                        .leftOut()
                        .map(one -> "<p class=\"origin left-out\">" + Html.text(one) + "</p>\n")
                        .orElse("")
                + "<p class=\"origin\"><span class=\"kind\">computed</span> from the architecture; point at a number"
                + " to see its formula:</p>";
    }

    private static String figures(List<Reckoning> figures) {
        var out = new StringBuilder("<dl class=\"figures\">\n");
        figures.forEach(one -> out.append("<div><dt>")
                .append(Html.text(one.label()))
                .append("</dt><dd>")
                .append(Html.figure(one))
                .append("</dd></div>\n"));
        return out.append("</dl>\n").toString();
    }

    /** The card's words; its tables of numbers follow in sections of their own. */
    private static String card(Entry entry) {
        var out = new StringBuilder("<div class=\"card-sections\">\n");
        sections(entry).filter(section -> section.columns().isEmpty()).forEach(section -> {
            out.append("<section><h3>").append(Html.text(section.heading())).append("</h3>\n<dl class=\"facts\">\n");
            section.facts()
                    .forEach(fact -> out.append("<div><dt>")
                            .append(Html.text(fact.label()))
                            .append("</dt><dd>")
                            .append(Html.text(fact.text()))
                            .append("</dd></div>\n"));
            out.append("</dl></section>\n");
        });
        return out.append("</div>\n").toString();
    }

    /** The parts of the card that the head of the page does not show. */
    private static Stream<Card.Section> sections(Entry entry) {
        return entry.report().card().sections().stream()
                .filter(section -> !section.heading().equals("Release"));
    }

    private static String parameters(ParameterTable table) {
        boolean sparse = table.total() != table.active();
        var out = new StringBuilder("<div class=\"scroll\"><table class=\"data\"><thead><tr><th scope=\"col\">part</th>"
                + "<th scope=\"col\" class=\"number\">parameters</th>"
                + (sparse ? "<th scope=\"col\" class=\"number\">active per token</th>" : "")
                + "<th scope=\"col\" class=\"number\">share</th></tr></thead>\n<tbody>\n");
        for (var row : table.rows()) {
            double share = 100.0 * row.total() / table.total();
            out.append("<tr><th scope=\"row\">")
                    .append(Html.text(row.part().title()))
                    .append("</th><td class=\"number\">")
                    .append(Numbers.exact(row.total()))
                    .append("</td>")
                    .append(sparse ? "<td class=\"number\">" + Numbers.exact(row.active()) + "</td>" : "")
                    .append("<td class=\"number share\"><span class=\"bar part-")
                    .append(row.part().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .append(String.format(Locale.ROOT, "\" style=\"--share:%.2f%%\"></span>%.1f %%", share, share))
                    .append("</td></tr>\n");
        }
        return out.append("</tbody>\n<tfoot><tr><th scope=\"row\">total</th><td class=\"number\">")
                .append(Numbers.exact(table.total()))
                .append("</td>")
                .append(sparse ? "<td class=\"number\">" + Numbers.exact(table.active()) + "</td>" : "")
                .append("<td></td></tr></tfoot></table></div>\n")
                .toString();
    }

    private static String costs(Entry entry) {
        var out = new StringBuilder("<p>Each token adds ")
                .append(Html.figure(Reckoning.cachePerToken(entry.spec())))
                .append(" values to the KV cache until its windows are full.</p>\n<div class=\"tables\">\n");
        sections(entry)
                .filter(section -> !section.columns().isEmpty())
                .filter(section -> !section.heading().equals("Parameters"))
                .forEach(section -> out.append(table(entry.spec(), section)));
        return out.append("</div>\n").toString();
    }

    private static String table(ArchitectureSpec spec, Card.Section section) {
        var out = new StringBuilder("<section><h3>").append(Html.text(section.heading()));
        out.append("</h3>\n<div class=\"scroll\"><table class=\"data\"><thead><tr><td></td>");
        section.columns()
                .forEach(column -> out.append("<th scope=\"col\" class=\"number\">")
                        .append(Html.text(column))
                        .append("</th>"));
        out.append("</tr></thead>\n<tbody>\n");
        for (var fact : section.facts()) {
            out.append("<tr><th scope=\"row\">").append(Html.text(fact.label())).append("</th>");
            for (String cell : fact.cells()) {
                out.append("<td class=\"number\">")
                        .append(cell(spec, fact.label(), cell))
                        .append("</td>");
            }
            out.append("</tr>\n");
        }
        out.append("</tbody></table></div>\n");
        section.note()
                .ifPresent(note ->
                        out.append("<p class=\"note\">").append(Html.text(note)).append("</p>\n"));
        return out.append("</section>\n").toString();
    }

    /** A cache's size shows how it comes about. */
    private static String cell(ArchitectureSpec spec, String label, String text) {
        String number = label.replaceFirst(" tokens?$", "").replace(",", "");
        if (!number.equals(label) && number.matches("\\d+")) {
            var reckoning = Reckoning.cacheAt(spec, Long.parseLong(number), CacheTable.BF16_BYTES);
            if (reckoning.value().equals(text)) {
                return Html.figure(reckoning);
            }
        }
        return Html.text(text);
    }

    private static String beside(Entry entry, List<Entry> neighbours) {
        return Html.list(
                "labels",
                neighbours.stream()
                        .map(other -> Html.link(
                                "../compare.html#models=" + entry.name() + "," + other.name(), "with " + other.name()))
                        .toList());
    }
}
