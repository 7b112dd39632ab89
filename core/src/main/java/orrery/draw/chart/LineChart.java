package orrery.draw.chart;

import java.util.List;
import orrery.draw.Diagram;

/**
 * Lines over two axes, each with its label at its end.
 *
 * @param title what it shows, in a few words
 * @param description a description for readers who cannot see it
 * @param marks single points with words
 * @param bands stretches of the y axis with a tint
 * @param notes sentences below the chart
 * @param width in CSS pixels; the drawing is wider where its labels need it
 * @param height in CSS pixels, likewise
 */
public record LineChart(
        String title,
        String description,
        Axis x,
        Axis y,
        List<Series> series,
        List<Mark> marks,
        List<Band> bands,
        List<String> notes,
        int width,
        int height) {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 440;

    public LineChart {
        series = List.copyOf(series);
        marks = List.copyOf(marks);
        bands = List.copyOf(bands);
        notes = List.copyOf(notes);
        for (var mark : marks) {
            if (mark.series() < 0 || mark.series() >= series.size()) {
                throw new IllegalArgumentException("the mark \"" + mark.label() + "\" is of line " + mark.series()
                        + ", and there are " + series.size());
            }
        }
    }

    /** Lines alone, 800 pixels wide. */
    public LineChart(String title, String description, Axis x, Axis y, List<Series> series) {
        this(title, description, x, y, series, List.of(), List.of(), List.of(), WIDTH, HEIGHT);
    }

    public LineChart withMarks(List<Mark> others) {
        return new LineChart(title, description, x, y, series, others, bands, notes, width, height);
    }

    public LineChart withBands(List<Band> others) {
        return new LineChart(title, description, x, y, series, marks, others, notes, width, height);
    }

    public LineChart withNotes(List<String> others) {
        return new LineChart(title, description, x, y, series, marks, bands, others, width, height);
    }

    public LineChart withSize(int otherWidth, int otherHeight) {
        return new LineChart(title, description, x, y, series, marks, bands, notes, otherWidth, otherHeight);
    }

    /** Draws it. */
    public Diagram diagram() {
        return new LineChartDrawing(this).diagram();
    }
}
