package orrery.report.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import orrery.report.FactValue;
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
            var cells = models.stream().map(facts -> cell(property, facts.of(property)));
            var row = new Row(property.topic(), property.title(), cells.toList());
            if (!row.saysNothing()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static Row.Cell cell(Property property, Optional<Layered> value) {
        // What nothing is known of, or what others tell, is like anything.
        boolean open = property.isDerived()
                || (property == Property.CONTEXT
                        && value.flatMap(Layered::only).flatMap(FactValue::data).isEmpty());
        if (value.isEmpty()) {
            String key = open ? "" : Row.NOTHING;
            return new Row.Cell(Row.NOTHING, OptionalDouble.empty(), key, key, key);
        }
        var known = value.get();
        return new Row.Cell(
                known.words().isEmpty() ? Row.NOTHING : known.words(),
                known.number(),
                open ? "" : known.key(FactValue::same),
                open ? "" : known.key(FactValue::computed),
                open ? "" : known.key(FactValue::form));
    }
}
