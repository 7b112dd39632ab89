package orrery.report.compare;

import static orrery.report.compare.Topic.CACHE;
import static orrery.report.compare.Topic.COST;
import static orrery.report.compare.Topic.PARAMETERS;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import orrery.report.CacheTable;
import orrery.report.Numbers;
import orrery.report.ParameterTable;
import orrery.report.TokenCost;
import orrery.report.compare.StructuralDifference.Side;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.DType;

/** The rows about parameters, memory and operations. */
final class CostRows {
    private static final List<Integer> CACHE_CONTEXTS = List.of(1024, 32_768, 131_072);
    private static final List<Integer> COST_CONTEXTS = List.of(1024, 32_768);

    private CostRows() {}

    private static final DoubleFunction<String> COUNT = number -> Numbers.exact((long) number);
    private static final DoubleFunction<String> BYTES = number -> Numbers.bytes((long) number);

    static void add(RowList rows, List<Side> sides) {
        var tables = sides.stream().map(side -> ParameterTable.of(side.spec())).toList();
        var costs = sides.stream().map(side -> cost(side.spec())).toList();
        rows.number(PARAMETERS, "total", side -> side.spec().parameters(), COUNT);
        rows.number(PARAMETERS, "active for a token", side -> side.spec().activeParameters(), COUNT);
        for (var part : ParameterTable.Part.values()) {
            rows.some(PARAMETERS, part.title(), side -> of(tables.get(sides.indexOf(side)), part), COUNT);
        }
        rows.some(
                PARAMETERS,
                "the draft's, apart",
                side -> side.spec().draft().isPresent()
                        ? OptionalDouble.of(side.spec().draftParameters())
                        : OptionalDouble.empty(),
                COUNT);
        rows.number(
                PARAMETERS,
                "weights in bf16",
                side -> costs.get(sides.indexOf(side)).storedBytes(),
                BYTES);
        rows.number(CACHE, "numbers a token", side -> side.spec().cacheElementsPerToken(), COUNT);
        rows.number(
                CACHE,
                "a token in bf16",
                side -> (double) side.spec().cacheElementsPerToken() * CacheTable.BF16_BYTES,
                BYTES);
        for (int tokens : CACHE_CONTEXTS) {
            rows.some(
                    CACHE,
                    "at " + Numbers.exact(tokens) + " tokens",
                    side -> within(side, tokens, side.spec().cacheElements(tokens) * CacheTable.BF16_BYTES),
                    BYTES);
        }
        for (int tokens : COST_CONTEXTS) {
            rows.some(
                    COST,
                    "at " + Numbers.exact(tokens) + " tokens",
                    side -> within(side, tokens, costs.get(sides.indexOf(side)).decodeFlops(tokens - 1, 1)),
                    number -> Numbers.scaled(number, "FLOP"));
        }
    }

    private static TokenCost cost(ArchitectureSpec spec) {
        return TokenCost.of(spec, (_, _) -> DType.BF16, CacheTable.BF16_BYTES);
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
