package orrery.draw.chart;

import java.util.List;
import orrery.draw.Diagram;
import orrery.draw.Role;

/**
 * Horizontal bars from 0 on, with their values written.
 *
 * @param title what it shows, in a few words
 * @param description a description for readers who cannot see it
 * @param label what the bars' lengths are
 * @param unit how values are written
 * @param parts what each row has a value of
 * @param rows one beside the other, from the top
 * @param arrangement how a row's values are arranged
 * @param notes sentences below the chart
 */
public record BarChart(
        String title,
        String description,
        String label,
        Unit unit,
        List<Part> parts,
        List<Row> rows,
        Arrangement arrangement,
        List<String> notes) {
    public BarChart {
        parts = List.copyOf(parts);
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
        if (parts.isEmpty() || rows.isEmpty()) {
            throw new IllegalArgumentException(title + ": " + parts.size() + " parts and " + rows.size()
                    + " rows of bars, expected at least one of each");
        }
        for (var row : rows) {
            if (row.values().size() != parts.size()
                    || row.values().stream().anyMatch(value -> !(value >= 0) || Double.isInfinite(value))) {
                throw new IllegalArgumentException(title + ": the bars of " + row.label() + " are " + row.values()
                        + ", expected " + parts.size() + " numbers of 0 or more");
            }
        }
    }

    /** How a row's values are arranged. */
    public enum Arrangement {
        /** One below the other. */
        GROUPED,
        /** End to end, with their sum. */
        STACKED
    }

    /** What a bar stands for, and its colour. */
    public record Part(String label, Role role) {}

    /** The bars of one thing, one for each part. */
    public record Row(String label, List<Double> values) {
        public Row {
            values = List.copyOf(values);
        }

        double sum() {
            return values.stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    /** Draws it. */
    public Diagram diagram() {
        return new BarChartDrawing(this).diagram();
    }
}
