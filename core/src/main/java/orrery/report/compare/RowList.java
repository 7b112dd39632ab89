package orrery.report.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import orrery.report.Numbers;
import orrery.report.compare.StructuralDifference.Side;
import orrery.spec.LayerSpec;

/** Gathers rows; one that says nothing of any model is left out. */
final class RowList {
    private final List<Side> sides;
    private final List<Row> rows = new ArrayList<>();

    RowList(List<Side> sides) {
        this.sides = sides;
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }

    private void add(Topic topic, String label, Function<Side, Row.Cell> cell) {
        var row = new Row(topic, label, sides.stream().map(cell).toList());
        if (!row.saysNothing()) {
            rows.add(row);
        }
    }

    /** A phrase a model; an empty one where there is nothing to say. */
    void words(Topic topic, String label, Function<Side, String> words) {
        add(topic, label, side -> Row.Cell.of(words.apply(side)));
    }

    /** A number a model. */
    void number(Topic topic, String label, ToDoubleFunction<Side> number, DoubleFunction<String> format) {
        add(topic, label, side -> cell(number.applyAsDouble(side), format));
    }

    /** A number of those models that have it. */
    void some(Topic topic, String label, Function<Side, OptionalDouble> number, DoubleFunction<String> format) {
        add(topic, label, side -> {
            var some = number.apply(side);
            return some.isPresent() ? cell(some.getAsDouble(), format) : Row.Cell.of("");
        });
    }

    private static Row.Cell cell(double number, DoubleFunction<String> format) {
        return new Row.Cell(format.apply(number), OptionalDouble.of(number));
    }

    /** A phrase a kind of layer. */
    <V> void layered(Topic topic, String label, Function<LayerSpec, Optional<V>> property, Function<V, String> format) {
        words(topic, label, side -> {
            var layered = Layered.of(side.layers(), property);
            return layered.isEmpty() ? "" : layered.text(format);
        });
    }

    /** A number a kind of layer. */
    <N extends Number> void numbers(Topic topic, String label, Function<LayerSpec, Optional<N>> property) {
        add(topic, label, side -> {
            var layered = Layered.of(side.layers(), property);
            if (layered.isEmpty()) {
                return Row.Cell.of("");
            }
            var only = layered.only();
            return new Row.Cell(
                    layered.text(number -> Numbers.plain(number.doubleValue())),
                    only.isPresent() ? OptionalDouble.of(only.get().doubleValue()) : OptionalDouble.empty());
        });
    }
}
