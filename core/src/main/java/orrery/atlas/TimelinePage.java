package orrery.atlas;

import java.util.List;
import java.util.stream.Collectors;
import orrery.report.Announced;

/** When models were released, and how large they were: a table, which the component draws. */
final class TimelinePage {
    static final String PATH = "timeline.html";

    private TimelinePage() {}

    static Page of(List<Entry> entries) {
        String rows = entries.stream()
                .filter(entry -> entry.release().isPresent())
                .sorted(Entry.BY_DATE)
                .map(TimelinePage::row)
                .collect(Collectors.joining());
        String main = """
                <div class="hero">
                <h1>Timeline</h1>
                <p class="lead">Models first grew, then diverged: how many parameters a model has, how many it uses per token and how much it \
                caches per token are now three different numbers.</p>
                </div>
                <orrery-timeline>
                <div class="scroll">
                <table class="data">
                <caption>Models by the day of their first release. Dates and contexts are published; all other numbers are computed, for the text part of multimodal models.</caption>
                <thead><tr><th scope="col">released</th><th scope="col">model</th><th scope="col">family</th>\
                <th scope="col" class="number">parameters</th><th scope="col" class="number">active per token</th>\
                <th scope="col" class="number">KV values per token</th><th scope="col" class="number">published context</th></tr></thead>
                <tbody>
                %s</tbody>
                </table>
                </div>
                </orrery-timeline>
                """.formatted(rows);
        return new Page(
                PATH,
                "Timeline",
                "Language models by release date: parameters and KV cache per token against time.",
                Page.Section.TIMELINE,
                main);
    }

    private static String row(Entry entry) {
        return Html.row(
                Html.cell(entry.released().map(String::valueOf).orElse("unknown")),
                Html.head(Html.link(entry.page(), entry.name())),
                Html.cell(Html.text(entry.family())),
                Html.number(entry.total()),
                Html.number(entry.active()),
                Html.cell("number", Html.figure(Reckoning.cachePerToken(entry.spec()))),
                Html.cell("number", Announced.of(entry.spec()).contextOrNot()));
    }
}
