package orrery.report;

import static orrery.report.DataMap.map;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import orrery.catalog.Announcement;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.spec.ArchitectureSpec;

/**
 * What the makers of a release say of it, in the words of cards, tables and drawings. Of a spec that was read from a
 * config or a file nothing was announced.
 *
 * @param spec the architecture
 * @param isRelease whether it is one of the catalog
 * @param words what was announced about it
 */
public record Announced(ArchitectureSpec spec, boolean isRelease, Announcement words) {
    private static final String UNKNOWN = "not published";

    public static Announced of(ArchitectureSpec spec) {
        var release = Catalog.release(spec);
        return new Announced(
                spec, release.isPresent(), release.map(Release::announced).orElse(Announcement.NONE));
    }

    /** The context as its makers write it; empty where they do not say it. */
    public Optional<String> context() {
        return words.context().map(Announcement.Context::text);
    }

    /** The same in tokens. */
    public OptionalInt contextTokens() {
        return words.context().isPresent()
                ? OptionalInt.of(words.context().get().tokens())
                : OptionalInt.empty();
    }

    /** The same for a page of releases. */
    public String contextOrNot() {
        return context().orElse(UNKNOWN);
    }

    /** The context and its source; empty for what is not a release. */
    Optional<FactValue> contextFact() {
        if (!isRelease) {
            return Optional.empty();
        }
        return Optional.of(words.context()
                .map(Announced::fact)
                .orElseGet(() -> new FactValue(Optional.empty(), UNKNOWN, UNKNOWN, "", "")));
    }

    private static FactValue fact(Announcement.Context context) {
        var data = map("tokens", context.tokens(), "text", context.text());
        context.extended().ifPresent(tokens -> data.put("with_yarn", tokens));
        data.put("source", context.source());
        String told = context.extended().isPresent()
                ? context.text() + " native and "
                        + Numbers.exact(context.extended().getAsInt()) + " with YaRN"
                : context.text();
        return new FactValue(Optional.of(data), data, told + " (" + context.source() + ")", context.text(), "");
    }

    /** {@code text part only: the release's vision tower of 420M parameters is not counted}. */
    public Optional<String> leftOut() {
        return words.leftOut().map(part -> {
            var count = part.parameters();
            return part.sentence(count.isPresent() ? Numbers.rounded(count.getAsLong()) : "");
        });
    }

    /** Parameters of the whole release, with the part that no text goes through, where they are known. */
    public OptionalLong total() {
        var part = words.leftOut().map(Announcement.LeftOut::parameters).orElse(OptionalLong.empty());
        return part.isPresent() ? OptionalLong.of(spec.parameters() + part.getAsLong()) : part;
    }

    /** For programs, beside the release's name and origin. */
    Map<String, Object> data() {
        var data = map();
        words.training().ifPresent(one -> {
            var tokens = map("tokens", one.tokens(), "text", one.text(), "source", one.source());
            data.put("training_tokens", tokens);
        });
        words.leftOut().ifPresent(one -> {
            var part = map("part", one.name());
            one.parameters().ifPresent(number -> part.put("parameters", number));
            part.put("source", one.source());
            data.put("not_counted", part);
        });
        words.effective().ifPresent(one -> {
            var effective = map("text", one.text(), "definition", one.definition(), "source", one.source());
            data.put("effective_parameters", effective);
        });
        total().ifPresent(number -> data.put("parameters_of_whole_release", number));
        return data;
    }
}
