package orrery.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Reach;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/**
 * FLOPs of one token, by the number of tokens. A multiply-add counts as two. Decode is a token with
 * that many in sight, itself among them; prefill is the mean over a prompt of that length, of which only the last token
 * wants logits.
 *
 * @param products of the matrices, the same for every new token
 * @param terms of attention: what is added for each position that is seen
 * @param rows at the contexts of {@link CacheTable}
 */
public record WorkTable(double products, List<Term> terms, List<Row> rows) {
    public WorkTable {
        terms = List.copyOf(terms);
        rows = List.copyOf(rows);
    }

    /** At this context length in tokens. */
    public record Row(long tokens, double decode, double prefill) {}

    /**
     * Layers that see as far as each other.
     *
     * @param flops of all of them together for each position that they see
     */
    public record Term(Reach reach, int layers, double flops) {
        /** With more layers of the same reach. */
        Term plus(Term other) {
            return new Term(reach, layers + other.layers, flops + other.flops);
        }
    }

    static WorkTable of(ArchitectureSpec spec) {
        var cost = TokenCost.of(spec, (_, _) -> DType.BF16, KvType.BF16);
        var rows = CacheTable.of(spec).rows().stream().map(row -> row(cost, Math.toIntExact(row.tokens())));
        return new WorkTable(cost.productFlops(1, 1), cost.attentionTerms(), rows.toList());
    }

    private static Row row(TokenCost cost, int tokens) {
        return new Row(tokens, cost.decodeFlops(tokens - 1, 1), cost.prefillFlops(tokens) / tokens);
    }

    /** Decode as a sum: {@code 15.0 GFLOP for the weights + 524 kFLOP for every position}. */
    public String closedForm() {
        return Stream.concat(
                        Stream.of(Numbers.scaled(products, "FLOP") + " for the weights"),
                        terms.stream().map(WorkTable::phrase))
                .collect(Collectors.joining(" + "));
    }

    private static String phrase(Term term) {
        return Numbers.scaled(term.flops(), "FLOP")
                + switch (term.reach()) {
                    case Reach.Full _ -> " for every position";
                    case Reach.Window(var tokens) -> " for each of the last " + Numbers.exact(tokens);
                    case Reach.Chunk(var tokens) -> " for each in the chunk of " + Numbers.exact(tokens);
                };
    }
}
