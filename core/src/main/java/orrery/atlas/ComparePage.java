package orrery.atlas;

import java.util.List;
import java.util.stream.Collectors;

/** Where a person picks models. Without scripts it lists what there is to compare, in one table. */
final class ComparePage {
    static final String PATH = "compare.html";

    private ComparePage() {}

    static Page of(List<Entry> entries) {
        String rows = entries.stream()
                .map(entry -> Html.row(
                        Html.head(Html.link(entry.page(), entry.name())),
                        Html.number(entry.total()),
                        Html.number(entry.active()),
                        Html.cell("number", Html.figure(Reckoning.cachePerToken(entry.spec()))),
                        Html.cell("reckoned", Html.text(entry.layers()))))
                .collect(Collectors.joining());
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
