package orrery.atlas;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import orrery.draw.Diagram;
import orrery.report.Numbers;

/** A mechanism: its drawing, its formula, its cost, and the models that use it. */
final class MechanismPage {
    static final String INDEX = "mechanisms.html";

    private MechanismPage() {}

    /** From the site's beginning. */
    static String path(Mechanism mechanism) {
        return "mechanisms/" + mechanism.slug() + ".html";
    }

    /** @param figures a section with links to figures, as HTML */
    static Page of(Mechanism mechanism, List<Entry> all, Optional<Diagram> drawing, String figures) {
        var text = MechanismText.of(mechanism);
        var users = all.stream()
                .filter(entry -> entry.mechanisms().contains(mechanism))
                .toList();
        String main = """
                <article class="mechanism">
                <p class="crumbs"><a href="../mechanisms.html">Mechanisms</a> · %s</p>
                <h1>%s</h1>
                <p class="lead">%s</p>
                <div class="mechanism-text">
                <p>%s</p>
                <h2>Formula</h2>
                %s
                <h2>Cost</h2>
                <p>%s</p>
                <p class="source">Described in %s.</p>
                </div>
                %s
                %s%s
                </article>
                """.formatted(
                Html.text(mechanism.group().title()),
                Html.text(mechanism.title()),
                Html.text(text.summary()),
                Html.text(text.explanation()),
                Html.list(
                        "formulas", text.formulas().stream().map(Html::formula).toList()),
                Html.text(text.cost()),
                Html.link(text.address(), text.source()),
                drawing.map(one -> "<figure class=\"drawing\"><div class=\"scroll\">" + one.svg() + "</div><figcaption>"
                                + Html.text(MechanismDrawing.caption(mechanism)) + "</figcaption></figure>")
                        .orElse(""),
                figures,
                users(mechanism, users, all.size()));
        return new Page(path(mechanism), mechanism.title(), text.summary(), Page.Section.MECHANISMS, main);
    }

    private static String users(Mechanism mechanism, List<Entry> users, int all) {
        if (users.isEmpty()) {
            return "<h2>Models</h2>\n<p>No model in the atlas uses it.</p>\n";
        }
        record Used(Entry entry, Reckoning cost) {}
        var costs = users.stream()
                .map(one -> new Used(one, MechanismCost.of(mechanism, one.spec())))
                .sorted(Comparator.comparing((Used one) -> one.cost().number())
                        .reversed()
                        .thenComparing(one -> one.entry().name()))
                .toList();
        var label = costs.getFirst().cost().label();
        // Shares are of one whole, other numbers of the largest.
        double most = costs.getFirst().cost().value().endsWith("%")
                ? 1
                : costs.getFirst().cost().number();
        String rows =
                costs.stream().map(one -> row(one.entry(), one.cost(), most)).collect(Collectors.joining());
        return """
                <h2>%s of %d models</h2>
                <orrery-mechanism>
                <div class="scroll">
                <table class="data sortable">
                <thead><tr><th scope="col">model</th><th scope="col">released</th><th scope="col">in its numbers</th><th scope="col" class="number">%s</th></tr></thead>
                <tbody>
                %s</tbody>
                </table>
                </div>
                </orrery-mechanism>
                """.formatted(Numbers.exact(users.size()), all, Html.text(label), rows);
    }

    private static String row(Entry entry, Reckoning cost, double most) {
        double share = most > 0 ? 100 * cost.number() / most : 0;
        String bar = String.format(Locale.ROOT, "<span class=\"bar\" style=\"--share:%.1f%%\"></span>", share);
        return Html.row(
                Html.head(Html.link("../" + entry.page(), entry.name())),
                Html.cell(
                        entry.served().isPresent()
                                ? "served here"
                                : entry.released().map(String::valueOf).orElse("")),
                Html.cell("reckoned", Html.text(cost.formula())),
                Html.cell("number\" data-number=\"" + cost.number(), bar + Html.text(cost.value())));
    }

    /** The list of all mechanisms. */
    static Page index(List<Entry> entries) {
        var groups = new StringBuilder();
        for (var group : Mechanism.Group.values()) {
            groups.append("<section><h2>" + Html.text(group.title()) + "</h2>\n<ul class=\"mechanisms\">\n");
            for (var one : Mechanism.values()) {
                long users = entries.stream()
                        .filter(entry -> entry.mechanisms().contains(one))
                        .count();
                if (one.group() == group) {
                    groups.append("<li><a href=\"" + path(one) + "\"><strong>" + Html.text(one.title())
                            + "</strong> <span class=\"count\">" + Numbers.count(users, "model") + "</span></a><p>"
                            + Html.text(MechanismText.of(one).summary()) + "</p></li>\n");
                }
            }
            groups.append("</ul></section>\n");
        }
        return new Page(
                INDEX,
                "Mechanisms",
                "The building blocks of language models: each mechanism's drawing, formula and cost.",
                Page.Section.MECHANISMS,
                """
                <div class="hero">
                <h1>Mechanisms</h1>
                <p class="lead">The building blocks of the architectures, and which models use them.</p>
                </div>
                """ + groups);
    }
}
