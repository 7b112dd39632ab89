package orrery.draw;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orrery.spec.ArchitectureSpec;

/**
 * A model in the manner of the literature: from token ids below to logits above, its layers folded by their period,
 * each box with its numbers.
 */
public final class BlockDiagram {
    private BlockDiagram() {}

    /** Draws a model. */
    public static Diagram of(ArchitectureSpec spec) {
        var column = Blueprint.of(spec);
        var rows = RowLayout.of(List.of(column), Grid.HEADER);
        var svg = new Svg();
        new ColumnPainter(svg, 0, column, rows, Marks.NONE).paint();
        return svg.diagram(spec.name() + ": block diagram", description(column), Grid.COLUMN, (int)
                Math.ceil(rows.end() + Grid.MARGIN));
    }

    /** A drawing in a few sentences. */
    static String description(Blueprint column) {
        String facts = column.facts().stream()
                .map(fact -> fact.caption() + " " + fact.value() + " (" + fact.note() + ")")
                .collect(Collectors.joining(", "));
        String runs = column.blocks().stream()
                .map(block -> block.layers() + " × " + String.join(" · ", block.name()))
                .collect(Collectors.joining("; "));
        String repeats = column.brackets().stream()
                .map(bracket -> ", runs " + (bracket.first() + 1) + " to " + (bracket.last() + 1) + " repeated "
                        + bracket.times() + " times")
                .collect(Collectors.joining());
        String parts = column.whole().parts().stream()
                .flatMap(part ->
                        part instanceof Part.Boxed boxed ? Stream.of(boxed.box().title()) : Stream.empty())
                .collect(Collectors.joining(", "));
        return column.name() + ": " + facts + ". Layers from below: " + runs + repeats
                + ". Inside a layer, from below: " + parts + ".";
    }
}
