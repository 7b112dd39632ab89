package orrery.atlas;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import orrery.catalog.Release;
import orrery.report.Announced;
import orrery.report.Numbers;

/**
 * The first page: every model as a card with its layers at a glance, those that are served here first. The component
 * puts a filter above the releases.
 */
final class GalleryPage {
    private GalleryPage() {}

    static final String PATH = "index.html";

    static Page of(List<Entry> entries) {
        var families = new LinkedHashSet<String>();
        var cards = new ArrayList<String>();
        var served = new ArrayList<String>();
        for (var entry : entries.stream().sorted(Entry.BY_DATE.reversed()).toList()) {
            if (entry.served().isPresent()) {
                served.add(card(entry));
            } else {
                families.add(entry.family());
                cards.add(card(entry));
            }
        }
        String main = """
                <div class="hero">
                <h1>How language models are built</h1>
                <p class="lead">%s released models of %s families, each drawn and computed from one description of its architecture. \
                Open one, or <a href="compare.html">compare some</a>.</p>
                </div>
                %s<section aria-labelledby="all-models">
                <h2 id="all-models"%s>%s</h2>
                <p class="key" aria-hidden="true">One bar per layer. Upwards is attention:%s. Downwards is the feed-forward:%s.</p>
                <orrery-gallery>
                <ul class="cards">
                %s</ul>
                </orrery-gallery>
                </section>
                """.formatted(
                        cards.size(),
                        families.size(),
                        served(served),
                        served.isEmpty() ? " class=\"quiet-heading\"" : "",
                        served.isEmpty() ? "Models" : "Released models",
                        key("full", "full", "window", "sliding window", "chunk", "chunks", "latent", "latent (MLA)"),
                        key("dense", "dense", "experts", "experts"),
                        String.join("", cards));
        return new Page(
                PATH,
                "Orrery atlas",
                "Language-model architectures, computed and drawn: parameters, KV cache, cost per token.",
                Page.Section.MODELS,
                main);
    }

    private static String served(List<String> cards) {
        return cards.isEmpty()
                ? ""
                : "<section aria-labelledby=\"served\">\n<h2 id=\"served\">Served here</h2>\n<ul class=\"cards\">\n"
                        + String.join("", cards) + "</ul>\n</section>\n";
    }

    /** Colours and what they stand for, in turn. */
    private static String key(String... entries) {
        var out = new StringBuilder();
        for (int i = 0; i < entries.length; i += 2) {
            String swatch = "<span class=\"swatch " + entries[i] + "\"></span>";
            out.append(" <span class=\"entry\">" + swatch + " " + entries[i + 1] + "</span>");
        }
        return out.toString();
    }

    private static String card(Entry entry) {
        var spec = entry.spec();
        String date = entry.released().map(String::valueOf).orElse("");
        String active = entry.sparse() ? ", " + Numbers.rounded(entry.active()) + " active" : "";
        return """
                <li class="card" data-name="%s" data-family="%s" data-date="%s" data-total="%d" data-active="%d" data-cache="%d" data-text="%s">
                <a href="%s"><span class="card-head"><strong>%s</strong><span class="date">%s</span></span>
                %s
                <span class="card-facts"><span>%s parameters%s</span><span>%s KV values per token</span></span>
                <span class="card-layers">%s</span>%s</a>%s
                </li>
                """.formatted(
                Html.text(entry.name()),
                Html.text(entry.family()),
                date,
                entry.total(),
                entry.active(),
                spec.cacheElementsPerToken(),
                Html.text(words(entry)),
                Html.text(entry.page()),
                Html.text(entry.served().orElse(entry.name())),
                entry.served().isPresent() ? Html.text(entry.family()) : date.isEmpty() ? "" : date.substring(0, 7),
                LayerStrip.of(spec),
                Numbers.rounded(entry.total()),
                active,
                Numbers.exact(spec.cacheElementsPerToken()),
                Html.text(entry.layers()),
                Announced.of(spec)
                        .leftOut()
                        .map(one -> "<span class=\"left-out\">" + Html.text(one) + "</span>")
                        .orElse(""),
                entry.served()
                        .map(name -> "<p class=\"chat\">" + ChatLink.to(name, "") + "</p>")
                        .orElse(""));
    }

    /** What a search looks through. */
    private static String words(Entry entry) {
        String mechanisms = entry.mechanisms().stream().map(Mechanism::title).collect(Collectors.joining(" "));
        return String.join(
                        " ",
                        entry.name(),
                        entry.family(),
                        entry.release().map(Release::hubId).orElse(""),
                        entry.kinds().folded(),
                        entry.sparse() ? "moe sparse" : "dense",
                        mechanisms)
                .toLowerCase(Locale.ROOT);
    }
}
