package orrery.atlas;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
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
                        turn(entry, "prev", before, "← " + before.name()),
                        turn(entry, "next", after, after.name() + " →"),
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

    /** A link to another model's page; nothing where it is this one. */
    private static String turn(Entry own, String where, Entry other, String words) {
        return own.name().equals(other.name())
                ? ""
                : "<a rel=\"" + where + "\" href=\"" + other.name() + ".html\">" + words + "</a>";
    }

    /** Parts of the drawing opened, folded away; with scripts a click on their boxes shows them. */
    private static String insides(ArchitectureSpec spec) {
        var out = new StringBuilder();
        for (var part : OpenedPart.in(spec)) {
            out.append("<details class=\"inside\" id=\"inside-" + part.title() + "\"><summary>Inside " + part.title()
                    + "</summary><div class=\"scroll\"><figure class=\"drawing\">"
                    + part.draw(spec).svg()
                    + "</figure></div></details>\n");
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
        return figures.stream()
                .map(one -> Html.term(one.label(), Html.figure(one)))
                .collect(Collectors.joining("", "<dl class=\"figures\">\n", "</dl>\n"));
    }

    /** The card's words; its tables of numbers follow in sections of their own. */
    private static String card(Entry entry) {
        var out = new StringBuilder("<div class=\"card-sections\">\n");
        sections(entry).filter(section -> section.columns().isEmpty()).forEach(section -> {
            out.append("<section><h3>").append(Html.text(section.heading())).append("</h3>\n<dl class=\"facts\">\n");
            section.facts().forEach(fact -> out.append(Html.term(fact.label(), Html.text(fact.text()))));
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
            String bar = row.part().name().toLowerCase(Locale.ROOT).replace('_', '-');
            String shown = String.format(Locale.ROOT, "\" style=\"--share:%.2f%%\"></span>%.1f %%", share, share);
            out.append(Html.row(
                    Html.head(Html.text(row.part().title())),
                    Html.number(row.total()),
                    sparse ? Html.number(row.active()) : "",
                    Html.cell("number share", "<span class=\"bar part-" + bar + shown)));
        }
        return out.append("</tbody>\n<tfoot><tr>" + Html.head("total") + Html.number(table.total())
                        + (sparse ? Html.number(table.active()) : "") + "<td></td></tr></tfoot></table></div>\n")
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
                .forEach(column -> out.append("<th scope=\"col\" class=\"number\">" + Html.text(column) + "</th>"));
        out.append("</tr></thead>\n<tbody>\n");
        for (var fact : section.facts()) {
            String cells = fact.cells().stream()
                    .map(cell -> Html.cell("number", cell(spec, fact.label(), cell)))
                    .collect(Collectors.joining());
            out.append(Html.row(Html.head(Html.text(fact.label())), cells));
        }
        out.append("</tbody></table></div>\n");
        section.note().ifPresent(note -> out.append("<p class=\"note\">" + Html.text(note) + "</p>\n"));
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
        String page = "../compare.html#models=" + entry.name() + ",";
        var links = neighbours.stream().map(other -> Html.link(page + other.name(), "with " + other.name()));
        return Html.list("labels", links.toList());
    }
}
