package orrery.atlas;

import java.util.List;
import orrery.report.Numbers;

/** Where a person picks models. Without scripts it lists what there is to compare, in one table. */
final class ComparePage {
    static final String PATH = "compare.html";

    private ComparePage() {}

    static Page of(List<Entry> entries) {
        var rows = new StringBuilder();
        for (var entry : entries) {
            var spec = entry.spec();
            rows.append("<tr><th scope=\"row\">")
                    .append(Html.link(entry.page(), entry.name()))
                    .append("</th><td class=\"number\">")
                    .append(Numbers.exact(entry.total()))
                    .append("</td><td class=\"number\">")
                    .append(Numbers.exact(entry.active()))
                    .append("</td><td class=\"number\">")
                    .append(Html.figure(Reckoning.cachePerToken(spec)))
                    .append("</td><td class=\"reckoned\">")
                    .append(Html.text(entry.layers()))
                    .append("</td></tr>\n");
        }
        String main = """
                <div class="hero">
                <h1>Compare</h1>
                <p class="lead">Pick models; everything below changes with them. The address changes, too, so you can share what you see.</p>
                </div>
                <orrery-compare>
                <div class="scroll" data-without-scripts>
                <table class="data">
                <caption>All models. With scripts enabled, you can put any of them side by side here.</caption>
                <thead><tr><th scope="col">model</th><th scope="col" class="number">parameters</th><th scope="col" class="number">active per token</th>\
                <th scope="col" class="number">KV values per token</th><th scope="col">layers</th></tr></thead>
                <tbody>
                %s</tbody>
                </table>
                </div>
                </orrery-compare>
                """.formatted(rows);
        return new Page(
                PATH,
                "Compare",
                "Pick language models and see what differs: in a table, in words, in drawings and in curves.",
                Page.Section.COMPARE,
                main);
    }
}
