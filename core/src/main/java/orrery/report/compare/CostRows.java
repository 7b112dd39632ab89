package orrery.report.compare;

import static orrery.report.compare.Topic.CACHE;
import static orrery.report.compare.Topic.COST;
import static orrery.report.compare.Topic.PARAMETERS;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import orrery.report.CacheTable;
import orrery.report.Numbers;
import orrery.report.ParameterTable;
import orrery.report.TokenCost;
import orrery.report.compare.StructuralDifference.Side;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/** The rows about parameters, memory and operations. */
final class CostRows {
    private static final List<Integer> CACHE_CONTEXTS = List.of(1024, 32_768, 131_072);
    private static final List<Integer> COST_CONTEXTS = List.of(1024, 32_768);

    private CostRows() {}

    private static final DoubleFunction<String> COUNT = number -> Numbers.exact((long) number);
    private static final DoubleFunction<String> BYTES = number -> Numbers.bytes((long) number);

    static void add(RowList rows, List<Side> sides) {
        // By identity, since to compare two sides is to compare all of their layers.
        var tables = new IdentityHashMap<Side, ParameterTable>();
        var costs = new IdentityHashMap<Side, TokenCost>();
        for (var side : sides) {
            tables.put(side, ParameterTable.of(side.spec()));
            costs.put(side, cost(side.spec()));
        }
        rows.number(PARAMETERS, "total", side -> of(tables, side).total(), COUNT);
        rows.number(PARAMETERS, "active for a token", side -> of(tables, side).active(), COUNT);
        for (var part : ParameterTable.Part.values()) {
            rows.some(PARAMETERS, part.title(), side -> of(of(tables, side), part), COUNT);
        }
        rows.some(
                PARAMETERS,
                "the draft's, apart",
                side -> side.spec().draft().isPresent()
                        ? OptionalDouble.of(side.spec().draftParameters())
                        : OptionalDouble.empty(),
                COUNT);
        rows.number(PARAMETERS, "weights in bf16", side -> of(costs, side).storedBytes(), BYTES);
        rows.number(CACHE, "numbers a token", side -> side.spec().cacheElementsPerToken(), COUNT);
        rows.number(
                CACHE,
                "a token in bf16",
                side -> (double) side.spec().cacheElementsPerToken() * CacheTable.BF16_BYTES,
                BYTES);
        rows.some(
                CACHE,
                "states of a sequence, in f32",
                side -> side.spec().stateElements() > 0
                        ? OptionalDouble.of((double) side.spec().stateElements() * Float.BYTES)
                        : OptionalDouble.empty(),
                BYTES);
        for (int tokens : CACHE_CONTEXTS) {
            rows.some(
                    CACHE,
                    "at " + Numbers.exact(tokens) + " tokens",
                    side -> within(side, tokens, side.spec().cacheBytes(tokens, CacheTable.BF16_BYTES)),
                    BYTES);
        }
        for (int tokens : COST_CONTEXTS) {
            rows.some(
                    COST,
                    "at " + Numbers.exact(tokens) + " tokens",
                    side -> within(side, tokens, of(costs, side).decodeFlops(tokens - 1, 1)),
                    number -> Numbers.scaled(number, "FLOP"));
        }
    }

    private static <V> V of(Map<Side, V> bySide, Side side) {
        return Objects.requireNonNull(bySide.get(side));
    }

    private static TokenCost cost(ArchitectureSpec spec) {
        return TokenCost.of(spec, (_, _) -> DType.BF16, KvType.BF16);
    }

    /** Nothing, where a model cannot attend over so many tokens. */
    private static OptionalDouble within(Side side, int tokens, double number) {
        return tokens <= side.spec().maxPositions() ? OptionalDouble.of(number) : OptionalDouble.empty();
    }

    private static OptionalDouble of(ParameterTable table, ParameterTable.Part part) {
        return table.rows().stream()
                .filter(row -> row.part() == part)
                .mapToDouble(ParameterTable.Row::total)
                .findFirst();
    }
}
