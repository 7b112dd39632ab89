package orrery.draw;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import orrery.report.Announced;
import orrery.report.CacheTable;
import orrery.report.FastMemory;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;

/**
 * What a model's column shows, before anything has a place: its block once and whole, between what comes before all
 * layers and after them.
 *
 * @param name the model's
 * @param facts what heads the column
 * @param streams residual streams side by side
 * @param entry from token ids to the first layer
 * @param block of all layers
 * @param exit from the last layer to logits
 * @param draft a draft's own parts
 */
record Blueprint(
        String name,
        List<Fact> facts,
        int streams,
        List<Part> entry,
        DrawnBlock block,
        List<Part> exit,
        Optional<DrawnBlock> draft) {

    /** A number under its name. */
    record Fact(String caption, String value, String note) {}

    static Blueprint of(ArchitectureSpec spec) {
        return new Blueprint(
                spec.name(),
                facts(spec),
                spec.layers().getFirst().streams().count(),
                Ends.entry(spec),
                BlockOfLayers.of(spec),
                Ends.exit(spec),
                spec.draft().map(draft -> Ends.draft(spec, draft)));
    }

    /** All parts from below, but for a draft's. */
    Stream<Part> parts() {
        return Stream.of(entry, block.parts(), exit).flatMap(List::stream);
    }

    private static List<Fact> facts(ArchitectureSpec spec) {
        String cache = Numbers.bytes(spec.cacheElementsPerToken() * CacheTable.BF16_BYTES);
        return List.of(
                new Fact("parameters", Numbers.rounded(spec.parameters()), ofThem(spec)),
                new Fact("layers", Numbers.exact(spec.layers().size()), "hidden " + Numbers.exact(spec.hiddenSize())),
                new Fact("KV cache per token", cache, "in bf16"),
                context(spec));
    }

    /** How many are effective or active, or, of a dense model, how many the whole release has. */
    private static String ofThem(ArchitectureSpec spec) {
        var memory = FastMemory.of(spec);
        if (memory.isPresent()) {
            return Numbers.rounded(memory.get().effective()) + " effective";
        }
        if (spec.activeParameters() != spec.parameters()) {
            return Numbers.rounded(spec.activeParameters()) + " active";
        }
        var whole = Announced.of(spec).total();
        return whole.isPresent() ? "text part of " + Numbers.rounded(whole.getAsLong()) : "all active";
    }

    /** What the makers published, and what the config has room for, which may be more. */
    private static Fact context(ArchitectureSpec spec) {
        String positions = Numbers.exact(spec.maxPositions());
        return Announced.of(spec)
                .context()
                .map(context -> new Fact("published context", context, positions + " positions"))
                .orElseGet(() -> new Fact("positions", positions, "in its config"));
    }
}
