package orrery.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import orrery.catalog.Catalog;
import orrery.catalog.Ledger;
import orrery.catalog.Release;
import orrery.catalog.Slice;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/**
 * Everything that can be said of an architecture without running it: as a card for people, as data for programs, as
 * Markdown, and as tables of numbers. All of it is arithmetic on the spec.
 *
 * @param spec the architecture
 * @param family what its family is called
 * @param release the release that it is, where it is one
 * @param question a particular use to report on, in addition to what every card says
 * @param stored what a checkpoint stores, by dtype; empty where there is none
 * @param ledger how the checkpoint's tensors add up to the spec
 */
public record ArchitectureReport(
        ArchitectureSpec spec,
        String family,
        Optional<Release> release,
        Optional<CacheQuestion> question,
        List<StoredWeights> stored,
        Optional<Ledger> ledger) {

    public ArchitectureReport {
        stored = List.copyOf(stored);
    }

    /**
     * Of a spec.
     *
     * @param family what its family is called
     */
    public static ArchitectureReport of(ArchitectureSpec spec, String family) {
        return new ArchitectureReport(spec, family, Optional.empty(), Optional.empty(), List.of(), Optional.empty());
    }

    /** Of what the catalog found: {@code ArchitectureReport.of(Catalog.describe("deepseek-v3"))}. */
    public static ArchitectureReport of(Catalog.Description found) {
        return new ArchitectureReport(
                found.spec(), found.family(), found.release(), Optional.empty(), List.of(), Optional.empty());
    }

    /** The same with what a checkpoint stores. */
    public ArchitectureReport with(List<StoredWeights> weights, Optional<Ledger> sum) {
        return new ArchitectureReport(spec, family, release, question, weights, sum);
    }

    /** The same with an answer to a question. */
    public ArchitectureReport with(CacheQuestion asked) {
        return new ArchitectureReport(spec, family, release, Optional.of(asked), stored, ledger);
    }

    /** On one page, for people. */
    public Card card() {
        return Card.of(this);
    }

    /** For programs: nested maps, lists, texts, numbers and booleans. */
    public Map<String, Object> data() {
        return CardData.of(this);
    }

    /** The card in Markdown: a heading for each section, tables of GitHub's kind. */
    public String markdown() {
        return CardMarkdown.of(card());
    }

    /** Parameters by part. */
    public ParameterTable parameters() {
        return ParameterTable.of(spec);
    }

    /** KV cache by context. */
    public CacheTable cache() {
        return CacheTable.of(spec);
    }

    /** Bytes of all weights, and bytes read per token, by type. */
    public WeightTable weights() {
        return WeightTable.of(spec);
    }

    /** FLOPs per token, by context. */
    public WorkTable work() {
        return WorkTable.of(spec);
    }

    /** FLOPs for each byte that is read. */
    public IntensityTable intensity() {
        return IntensityTable.of(spec);
    }

    /** Smaller models that lie within this one; none of most. */
    public List<NestedModel> nested() {
        return Slice.examples(spec).stream()
                .map(slice -> new NestedModel(slice.toString(), slice.of(spec).spec()))
                .toList();
    }

    /** What a step costs with weights and cache in those types: FLOPs and bytes. */
    public TokenCost cost(DType weights, KvType cache) {
        return cost(WeightTable.storedAs(spec, weights), cache);
    }

    /** The same with a type for each weight, by its path. */
    public TokenCost cost(BiFunction<String, WeightSpec, DType> weights, KvType cache) {
        return TokenCost.of(spec, weights, cache);
    }
}
