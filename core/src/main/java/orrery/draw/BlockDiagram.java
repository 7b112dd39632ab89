package orrery.draw;

import java.util.List;
import java.util.stream.Collectors;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;

/**
 * A model in the manner of the literature: from token ids below to logits above, its block once and whole, each box
 * with its numbers. Where layers differ, a slot holds their alternatives, and a strip shows which layer takes which.
 */
public final class BlockDiagram {
    private BlockDiagram() {}

    /** Draws a model. */
    public static Diagram of(ArchitectureSpec spec) {
        return of(spec, List.of());
    }

    /** Draws a model for a page: each box is a link with a tooltip. */
    public static Diagram of(ArchitectureSpec spec, BoxLinks links) {
        var column = Blueprint.of(spec);
        return of(spec, column, new LinkedBoxes(column, links), List.of());
    }

    /**
     * Draws a model and, right of it, parts of it opened.
     *
     * @throws DrawException if the model lacks one of them
     */
    public static Diagram of(ArchitectureSpec spec, List<OpenedPart> opened) {
        return of(spec, Blueprint.of(spec), Marks.NONE, opened);
    }

    private static Diagram of(ArchitectureSpec spec, Blueprint column, Marks marks, List<OpenedPart> opened) {
        var grid = new Grid(
                column.block().choices().isEmpty() ? 1 : 2, column.draft().isPresent());
        var rows = RowLayout.of(List.of(column), grid, Grid.HEADER);
        var svg = new Svg();
        new ColumnPainter(svg, 0, grid, column, rows, marks).paint(StripPainter.pitch(List.of(column), grid, rows));
        var description = new StringBuilder(description(column));
        var sheet = new Sheet(svg, grid.width(), Grid.MARGIN);
        for (var part : opened) {
            sheet.heading(part.heading());
            description.append(' ').append(part.paint(sheet, List.of(spec)));
        }
        return svg.diagram(
                spec.name() + ": block diagram",
                description.toString(),
                grid.width() + (opened.isEmpty() ? 0 : Sheet.WIDTH),
                (int) Math.ceil(Math.max(rows.end() + Grid.MARGIN, sheet.y())));
    }

    /** A drawing in a few sentences. */
    static String description(Blueprint column) {
        String facts = column.facts().stream()
                .map(fact -> fact.caption() + " " + fact.value() + " (" + fact.note() + ")")
                .collect(Collectors.joining(", "));
        String parts = column.block().parts().stream()
                .filter(part -> !part.boxes().isEmpty())
                .map(BlockDiagram::told)
                .collect(Collectors.joining(", "));
        return column.name() + ": " + facts + ". "
                + Numbers.count(column.block().layers(), "layer") + ", "
                + column.block().name() + ". Inside a layer, from the bottom: " + parts + ".";
    }

    private static String told(Part part) {
        return switch (part) {
            case Part.Choice(var _, var alternatives) ->
                alternatives.stream()
                        .map(one -> one.box().title() + " (" + one.name() + ", " + one.where() + ")")
                        .collect(Collectors.joining(" or "));
            case Part.Boxed _, Part.Beside _, Part.Fork _, Part.Sum _, Part.Word _ ->
                part.boxes().stream().map(Box::title).collect(Collectors.joining());
        };
    }
}
