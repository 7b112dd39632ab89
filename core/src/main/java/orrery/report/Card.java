package orrery.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orrery.catalog.Ledger;
import orrery.catalog.Release;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.CacheSpec;
import orrery.spec.EmbeddingSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadNorms;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Streams;

/**
 * A model on one page, for people: sections of facts.
 *
 * @param title the model's name, and its family
 */
public record Card(String title, List<Section> sections) {
    public Card {
        sections = List.copyOf(sections);
    }

    /**
     * Facts under a heading.
     *
     * @param columns titles of the columns that the facts' cells stand in; none where each fact is a text
     * @param note what there is to say about all of them
     */
    public record Section(String heading, List<String> columns, List<Fact> facts, Optional<String> note) {
        public Section {
            columns = List.copyOf(columns);
            facts = List.copyOf(facts);
        }

        /** Of texts. */
        public Section(String heading, List<Fact> facts) {
            this(heading, List.of(), facts, Optional.empty());
        }
    }

    /**
     * A name and what there is to say about it.
     *
     * @param cells one for each column, or one text
     */
    public record Fact(String label, List<String> cells) {
        public Fact {
            cells = List.copyOf(cells);
        }

        public Fact(String label, String text) {
            this(label, List.of(text));
        }

        /** All there is to say, in one line. */
        public String text() {
            return String.join(", ", cells);
        }
    }

    /** Draws up the card of a model of which there is only a config. */
    public static Card of(ArchitectureSpec spec, String family) {
        return ArchitectureReport.of(spec, family).card();
    }

    static Card of(ArchitectureReport report) {
        var spec = report.spec();
        var kinds = LayerKinds.of(spec);
        var sections = new ArrayList<Section>();
        report.release().ifPresent(release -> sections.add(release(release)));
        sections.add(shape(spec, kinds));
        var first = kinds.attention().getFirst();
        var common = attention(spec, first, kinds.attention().size() > 1);
        sections.add(common);
        for (var kind : kinds.attention().subList(1, kinds.attention().size())) {
            sections.add(unlike(common, first.name(), attention(spec, kind, true)));
        }
        for (var kind : kinds.feedForward()) {
            sections.add(feedForward(kind, kinds.feedForward().size() > 1));
        }
        sections.add(parameters(ParameterTable.of(spec)));
        FastMemory.of(spec).ifPresent(memory -> sections.add(fastMemory(memory)));
        if (!report.nested().isEmpty()) {
            sections.add(new Section(
                    "Smaller models within (MatFormer)",
                    report.nested().stream().map(NestedModel::fact).toList()));
        }
        sections.addAll(CostSections.of(report));
        if (!report.stored().isEmpty()) {
            sections.add(stored(report.stored(), report.ledger()));
        }
        return new Card(spec.name() + " (" + report.family() + ")", sections);
    }

    private static Section release(Release release) {
        var facts = new ArrayList<Fact>();
        String when = release.released().map(java.time.LocalDate::toString).orElse("day unknown");
        facts.add(new Fact("released", when + ", " + release.licence().orElse("licence unknown")));
        facts.add(new Fact("source", release.card().toString()));
        release.report().ifPresent(paper -> facts.add(new Fact("report", paper.toString())));
        return new Section("Release", facts);
    }

    private static Section shape(ArchitectureSpec spec, LayerKinds kinds) {
        var facts = new ArrayList<Fact>();
        int count = spec.layers().size();
        facts.add(new Fact("layers", count == 1 ? "1" : Numbers.exact(count) + joint(kinds.folded()) + kinds.folded()));
        facts.add(new Fact("hidden size", Numbers.exact(spec.hiddenSize())));
        facts.add(new Fact("vocabulary", Numbers.exact(spec.vocabSize())));
        facts.add(new Fact("positions", Numbers.exact(spec.maxPositions())));
        facts.add(
                new Fact("embedding", embedding(spec.embedding(), spec.layers().size())));
        facts.add(new Fact(
                "head",
                (spec.head().tied() ? "tied to the embedding" : "a matrix of its own")
                        + (spec.head().softcap() > 0
                                ? ", logits capped softly at "
                                        + Numbers.plain(spec.head().softcap())
                                : "")));
        facts.add(new Fact("norms", norms(spec)));
        facts.add(new Fact("final norm", Phrases.norm(spec.finalNorm())));
        switch (spec.layers().getFirst().streams()) {
            case Streams.Single _ -> {}
            case Streams.Parallel parallel ->
                facts.add(new Fact(
                        "streams",
                        parallel.count() + " side by side (AltUp), number " + parallel.active()
                                + " goes through the layers"));
        }
        spec.draft()
                .ifPresent(_ -> facts.add(new Fact(
                        "draft",
                        "one further layer guesses the token after the next, with "
                                + Numbers.exact(spec.draftParameters()) + " parameters, counted apart")));
        if (spec.layers().getFirst() instanceof LayerSpec.AltUp layer) {
            facts.add(new Fact("second residual", "rank " + layer.laurel().rank() + " (LAuReL)"));
            facts.add(new Fact(
                    "per-layer input",
                    Numbers.exact(layer.input().size()) + " wide, gated by "
                            + Phrases.activation(layer.input().activation())));
        }
        return new Section("Shape", facts);
    }

    private static String joint(String folded) {
        return folded.equals("all alike") ? ", " : " = ";
    }

    private static String embedding(EmbeddingSpec embedding, int layers) {
        var parts = new ArrayList<String>();
        parts.add(embedding.scale() == 1 ? "as it is" : "times " + Numbers.plain(embedding.scale()));
        if (embedding.learnedPositions() > 0) {
            parts.add("plus one of " + Numbers.exact(embedding.learnedPositions()) + " learned positions");
        }
        switch (embedding.perLayer()) {
            case EmbeddingSpec.PerLayer.None _ -> {}
            case EmbeddingSpec.PerLayer.Table(var rows, var size, var _) ->
                parts.add("a second table of " + Numbers.exact(rows) + " rows of " + layers + " × " + size
                        + ", a slice for each layer");
        }
        return String.join("; ", parts);
    }

    /** Where the norms of each branch stand; once, if both branches and all layers agree. */
    private static String norms(ArchitectureSpec spec) {
        var mixers = placements(spec, LayerSpec::mixer);
        var feedForwards = placements(spec, LayerSpec::feedForward);
        return mixers.equals(feedForwards) ? mixers : "attention: " + mixers + "; feed-forward: " + feedForwards;
    }

    private static String placements(ArchitectureSpec spec, Function<LayerSpec, Branch> branch) {
        var placements = new LinkedHashSet<String>();
        spec.layers().forEach(layer -> placements.add(placement(branch.apply(layer))));
        return String.join(", or ", placements);
    }

    private static String placement(Branch branch) {
        boolean before = !branch.before().equals(NormSpec.NONE);
        boolean after = !branch.after().equals(NormSpec.NONE);
        boolean outer = !branch.outer().equals(NormSpec.NONE);
        String where;
        if (outer) {
            where = "on the sum with the residual (the original post-norm)";
        } else if (before && after) {
            where = "before and after each branch, inside the residual";
        } else if (after) {
            where = "after each branch, inside the residual (post-norm)";
        } else if (before) {
            where = "before each branch (pre-norm)";
        } else {
            return "none";
        }
        String kinds = Stream.of(branch.before(), branch.after(), branch.outer())
                .filter(norm -> !norm.equals(NormSpec.NONE))
                .map(Phrases::norm)
                .distinct()
                .collect(Collectors.joining(" and "));
        return kinds + " " + where;
    }

    private static Section attention(ArchitectureSpec spec, LayerKinds.Kind<Op.Attention> kind, boolean several) {
        var facts = new ArrayList<Fact>();
        var op = kind.op();
        facts.add(new Fact("heads", Phrases.heads(op)));
        facts.add(new Fact("reach", Phrases.reach(op)));
        facts.add(new Fact("position", Phrases.position(op)));
        facts.add(new Fact("scores", Phrases.scores(op.scores())));
        switch (op) {
            case Latent latent -> facts.add(new Fact("latents", Phrases.latents(latent)));
            case GroupedQuery grouped -> {
                if (!grouped.norms().equals(HeadNorms.NONE)) {
                    facts.add(new Fact("norms", Phrases.headNorms(grouped.norms())));
                }
                if (grouped.bias()) {
                    facts.add(new Fact("biases", "on all four projections"));
                }
            }
        }
        facts.add(new Fact("remembers", remembers(spec, kind)));
        return new Section(heading("Attention", kind, several), facts);
    }

    /** Only what is not as in another section. */
    private static Section unlike(Section other, String name, Section section) {
        var facts = new ArrayList<>(section.facts());
        boolean shorter = facts.removeAll(other.facts());
        other.facts().stream()
                .filter(fact ->
                        section.facts().stream().noneMatch(one -> one.label().equals(fact.label())))
                .forEach(fact -> facts.add(new Fact(fact.label(), "none")));
        if (shorter) {
            facts.add(new Fact("else", "as " + name));
        }
        return new Section(section.heading(), facts);
    }

    private static String remembers(ArchitectureSpec spec, LayerKinds.Kind<Op.Attention> kind) {
        return switch (kind.op().cache()) {
            case CacheSpec.PerToken kept -> Numbers.exact(kept.elementsPerToken()) + " elements a token and layer";
            case CacheSpec.PerSequence(var elements) ->
                Numbers.exact(elements) + " elements a sequence and layer, whatever its length";
            case CacheSpec.Borrowed _ ->
                "nothing: reads the keys and values of "
                        + kind.layers().stream()
                                .map(layer ->
                                        spec.layers().get(layer).attention().cache())
                                .flatMapToInt(cache -> cache.lender().stream())
                                .distinct()
                                .mapToObj(lender -> "layer " + lender)
                                .collect(Collectors.joining(" or "));
            case CacheSpec.None _ -> "nothing";
        };
    }

    private static Section feedForward(LayerKinds.Kind<Op.Mlp> kind, boolean several) {
        var facts = new ArrayList<Fact>();
        switch (kind.op()) {
            case FeedForward dense -> facts.add(new Fact("width", Phrases.feedForward(dense)));
            case Experts experts -> {
                facts.add(new Fact(
                        "experts",
                        Numbers.exact(experts.active()) + " of " + Numbers.exact(experts.count())
                                + (experts.shared().isPresent() ? ", and a shared one" : "")));
                facts.add(new Fact("each", Phrases.feedForward(experts.expert())));
                experts.shared().ifPresent(shared -> facts.add(new Fact("shared", Phrases.feedForward(shared))));
                facts.add(new Fact("router", Phrases.router(experts.router())));
            }
        }
        return new Section(heading("Feed-forward", kind, several), facts);
    }

    private static String heading(String what, LayerKinds.Kind<?> kind, boolean several) {
        return several
                ? what + ": " + kind.name() + " (" + Numbers.count(kind.layers().size(), "layer") + ")"
                : what;
    }

    private static Section parameters(ParameterTable table) {
        boolean sparse = table.active() != table.total();
        var facts = new ArrayList<Fact>();
        table.rows().forEach(row -> facts.add(counted(row.part().title(), row.total(), row.active(), sparse)));
        facts.add(counted("total", table.total(), table.active(), sparse));
        return sparse
                ? new Section(
                        "Parameters", List.of("all", "active a token"), facts, Optional.of(ParameterTable.CONVENTION))
                : new Section("Parameters", List.of("all"), facts, Optional.empty());
    }

    private static Fact counted(String label, long total, long active, boolean sparse) {
        return new Fact(
                label, sparse ? List.of(Numbers.exact(total), Numbers.exact(active)) : List.of(Numbers.exact(total)));
    }

    private static Section fastMemory(FastMemory memory) {
        return new Section(
                "Fast memory",
                List.of(
                        new Fact("effective", Numbers.exact(memory.effective()) + " parameters, without both tables"),
                        new Fact(
                                "may lie in a file",
                                Numbers.exact(memory.perLayerTable()) + " of per-layer embeddings, "
                                        + Numbers.bytes(memory.tableBytes()) + " in bf16; a token reads "
                                        + Numbers.exact(memory.readPerToken()))));
    }

    private static Section stored(List<StoredWeights> stored, Optional<Ledger> ledger) {
        return new Section(
                "Weights in the files",
                List.of("elements", "bytes", "tensors"),
                stored.stream()
                        .map(one -> new Fact(
                                one.dtype(),
                                List.of(
                                        Numbers.exact(one.elements()),
                                        Numbers.bytes(one.bytes()),
                                        Numbers.exact(one.tensors()))))
                        .toList(),
                ledger.map(Ledger::text));
    }
}
