package orrery.report.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orrery.report.Facts;
import orrery.report.Layered;
import orrery.report.Property;

/** A row for each property that any of the models has. How files keep a model is no row. */
final class FactRows {
    private FactRows() {}

    static List<Row> of(List<Facts> models) {
        var rows = new ArrayList<Row>();
        for (var property : Property.values()) {
            if (property.isStorage()) {
                continue;
            }
            var values = models.stream().map(facts -> facts.of(property)).toList();
            var row = new Row(
                    property.topic(),
                    property.title(),
                    values.stream().map(FactRows::cell).toList(),
                    difference(property, values));
            if (!row.saysNothing()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static Row.Cell cell(Optional<Layered> value) {
        return value.map(one -> new Row.Cell(one.words().isEmpty() ? Row.NOTHING : one.words(), one.number()))
                .orElse(Row.Cell.of(""));
    }

    /** The most important of the others' differences from the first. */
    private static Optional<Difference.Kind> difference(Property property, List<Optional<Layered>> values) {
        var first = values.getFirst();
        Optional<Difference.Kind> most = Optional.empty();
        for (var other : values.subList(1, values.size())) {
            Optional<Difference.Kind> kind;
            if (first.isPresent() && other.isPresent()) {
                kind = Difference.between(property, first.get(), other.get())
                        .filter(one -> one != Difference.Kind.STORAGE);
            } else {
                // Of a file nobody has published anything.
                kind = first.isPresent() == other.isPresent() || property == Property.CONTEXT
                        ? Optional.empty()
                        : Optional.of(Difference.Kind.STRUCTURE);
            }
            if (kind.isPresent() && (most.isEmpty() || kind.get().compareTo(most.get()) < 0)) {
                most = kind;
            }
        }
        return most;
    }
}
