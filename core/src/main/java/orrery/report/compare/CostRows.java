package orrery.report.compare;

import static orrery.report.Topic.CACHE;
import static orrery.report.Topic.COST;
import static orrery.report.Topic.PARAMETERS;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import orrery.report.Announced;
import orrery.report.CacheTable;
import orrery.report.FastMemory;
import orrery.report.Numbers;
import orrery.report.ParameterTable;
import orrery.report.TokenCost;
import orrery.report.Topic;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/** The rows about parameters, memory and FLOPs. */
final class CostRows {
    private static final List<Integer> CACHE_CONTEXTS = List.of(1024, 32_768, 131_072);
    private static final List<Integer> COST_CONTEXTS = List.of(1024, 32_768);
    private static final DoubleFunction<String> COUNT = number -> Numbers.exact((long) number);
    private static final DoubleFunction<String> BYTES = number -> Numbers.bytes((long) number);

    private final List<Model> models;
    private final List<Row> rows = new ArrayList<>();

    /** What all rows of a model are made of. */
    private record Model(ArchitectureSpec spec, ParameterTable parameters, TokenCost cost) {
        static Model of(ArchitectureSpec spec) {
            return new Model(spec, ParameterTable.of(spec), TokenCost.of(spec, (_, _) -> DType.BF16, KvType.BF16));
        }

        /** Empty if the model cannot attend over that many tokens. */
        OptionalDouble within(int tokens, double number) {
            return tokens <= spec.maxPositions() ? OptionalDouble.of(number) : OptionalDouble.empty();
        }

        OptionalDouble part(ParameterTable.Part part) {
            return parameters.rows().stream()
                    .filter(row -> row.part() == part)
                    .mapToDouble(ParameterTable.Row::total)
                    .findFirst();
        }
    }

    private CostRows(List<Model> models) {
        this.models = models;
    }

    static List<Row> of(List<ArchitectureSpec> specs) {
        var all = new CostRows(specs.stream().map(Model::of).toList());
        all.parameters();
        all.cache();
        for (int tokens : COST_CONTEXTS) {
            Function<Model, OptionalDouble> flops =
                    model -> model.within(tokens, model.cost().decodeFlops(tokens - 1, 1));
            all.add(COST, at(tokens), flops, number -> Numbers.scaled(number, "FLOP"));
        }
        return all.rows;
    }

    private static String at(int tokens) {
        return "at " + Numbers.exact(tokens) + " tokens";
    }

    private void parameters() {
        each(PARAMETERS, "total", model -> model.parameters().total(), COUNT);
        each(PARAMETERS, "active per token", model -> model.parameters().active(), COUNT);
        add(PARAMETERS, "effective", model -> some(FastMemory.of(model.spec()).map(FastMemory::effective)), COUNT);
        for (var part : ParameterTable.Part.values()) {
            add(PARAMETERS, part.title(), model -> model.part(part), COUNT);
        }
        add(
                PARAMETERS,
                "MTP layer (not counted)",
                model -> positive(model.spec().draftParameters()),
                COUNT);
        Function<Model, OptionalDouble> whole = model ->
                Announced.of(model.spec()).total().stream().asDoubleStream().findFirst();
        add(PARAMETERS, "release with its towers", whole, COUNT);
        each(PARAMETERS, "weights in bf16", model -> model.cost().storedBytes(), BYTES);
    }

    private void cache() {
        each(CACHE, "values per token", model -> model.spec().cacheElementsPerToken(), COUNT);
        each(CACHE, "per token in bf16", model -> model.spec().cacheElementsPerToken() * CacheTable.BF16_BYTES, BYTES);
        add(CACHE, "states in f32", model -> positive((double) model.spec().stateElements() * Float.BYTES), BYTES);
        for (int tokens : CACHE_CONTEXTS) {
            Function<Model, OptionalDouble> bytes =
                    model -> model.within(tokens, model.spec().cacheBytes(tokens, CacheTable.BF16_BYTES));
            add(CACHE, at(tokens), bytes, BYTES);
        }
    }

    private static OptionalDouble some(Optional<Long> number) {
        return number.map(one -> OptionalDouble.of(one)).orElse(OptionalDouble.empty());
    }

    /** A number that every model has. */
    private void each(Topic topic, String label, ToDoubleFunction<Model> number, DoubleFunction<String> format) {
        add(topic, label, model -> OptionalDouble.of(number.applyAsDouble(model)), format);
    }

    private static OptionalDouble positive(double number) {
        return number > 0 ? OptionalDouble.of(number) : OptionalDouble.empty();
    }

    private void add(Topic topic, String label, Function<Model, OptionalDouble> number, DoubleFunction<String> format) {
        var cells =
                models.stream().map(model -> cell(number.apply(model), format)).toList();
        var row = new Row(topic, label, cells);
        if (!row.saysNothing()) {
            rows.add(row);
        }
    }

    private static Row.Cell cell(OptionalDouble number, DoubleFunction<String> format) {
        String text = number.isPresent() ? format.apply(number.getAsDouble()) : Row.NOTHING;
        Object key = number.isPresent() ? number.getAsDouble() : text;
        return new Row.Cell(text, number, key, key, "");
    }
}
