package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import orrery.report.Numbers;
import orrery.report.Words;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.NormSpec;

/**
 * Where norms stand in a layer: before a branch (pre-norm), after it but within the residual (OLMo 2), on both sides
 * (Gemma 2 and 3), on the sum (the original post-norm).
 */
public final class NormSlots {
    private static final double ROW = 36;
    private static final double BOX_HEIGHT = 26;
    private static final double FORK = 20;
    private static final int MOST = 4;

    private final Svg svg;
    private final double left;
    private final double width;
    private final double axis;
    private final RowLayout rows;

    private NormSlots(Svg svg, double left, double width, RowLayout rows) {
        this.rows = rows;
        this.svg = svg;
        this.left = left;
        this.width = width;
        axis = left + width / 2 - 10;
    }

    /**
     * Draws the first layer of each model, side by side.
     *
     * @throws DrawException for more models than a page is wide
     */
    public static Diagram of(List<ArchitectureSpec> specs) {
        if (specs.size() > MOST) {
            throw new DrawException(specs.size() + " models in a drawing of norms, expected at most " + MOST);
        }
        var sheet = new Sheet(
                "Norm placement",
                "A layer from the bottom: x enters, each branch is added to the residual stream. f is the branch,"
                        + " attention or feed-forward.");
        double top = sheet.y();
        double pitch = (Sheet.WIDTH - 2 * Sheet.MARGIN) / specs.size();
        var rows = RowLayout.of(specs);
        double height = 84 + 2 * rows.height() + 50;
        var told = new ArrayList<String>();
        for (int i = 0; i < specs.size(); i++) {
            double left = Sheet.MARGIN + i * pitch;
            new NormSlots(sheet.svg, left, pitch - 8, rows).column(specs.get(i), top, height);
            told.add(specs.get(i).name() + ": " + name(specs.get(i)) + ", "
                    + formula(specs.get(i).layers().getFirst().mixer()) + ".");
        }
        sheet.skip(height + Sheet.MARGIN);
        return sheet.diagram("Norm placement", specs, told);
    }

    private void column(ArchitectureSpec spec, double top, double height) {
        var layer = spec.layers().getFirst();
        svg.rectangle(left, top, width, height, 10, "panel");
        svg.text(left + 12, top + 22, "heading", name(spec));
        svg.text(left + 12, top + 39, "muted", spec.name());
        svg.text(left + 12, top + 58, "", formula(layer.mixer()));
        svg.text(left + 12, top + 74, "muted small", norms(spec));
        double bottom = top + height - 26;
        svg.text(axis, bottom + 14, "middle strong", "x");
        double from = branch(layer.mixer(), "Attention", Role.ATTENTION, bottom, bottom);
        double end = branch(layer.feedForward(), "Feed-forward", Role.FEED_FORWARD, bottom - rows.height(), from);
        Arrow.up(svg, axis, end, top + 84);
    }

    /**
     * One branch on the line from {@code from} upwards; what belongs together stands at the same height in all columns.
     */
    private double branch(Branch branch, String name, Role role, double bottom, double from) {
        double fork = bottom - 5;
        Arrow.dot(svg, axis, fork);
        double at = bottom - FORK;
        double end = from;
        if (rows.before) {
            at -= ROW;
            end = norm(branch.before(), at, end);
        }
        at -= ROW;
        end = box(name, role, at, end);
        if (rows.after) {
            at -= ROW;
            end = norm(branch.after(), at, end);
        }
        at -= ROW;
        double sum = at + BOX_HEIGHT / 2 + 4;
        Arrow.up(svg, axis, end, sum + 9);
        Arrow.sum(svg, axis, sum, false);
        double lane = left + width - 10;
        svg.route("flow", axis, fork, lane, fork, lane, sum, axis + 15, sum);
        Arrow.tipLeft(svg, axis + 9, sum);
        return rows.outer ? norm(branch.outer(), at - ROW + 8, sum - 9) : sum - 9;
    }

    /** Which places of norms any of the models fills. */
    private record RowLayout(boolean before, boolean after, boolean outer) {
        static RowLayout of(List<ArchitectureSpec> specs) {
            return new RowLayout(any(specs, Branch::before), any(specs, Branch::after), any(specs, Branch::outer));
        }

        private static boolean any(List<ArchitectureSpec> specs, Function<Branch, NormSpec> place) {
            return specs.stream()
                    .map(spec -> spec.layers().getFirst())
                    .flatMap(layer -> Stream.of(layer.mixer(), layer.feedForward()))
                    .anyMatch(branch -> !place.apply(branch).equals(NormSpec.NONE));
        }

        double height() {
            return FORK + ROW * (2 + (before ? 1 : 0) + (after ? 1 : 0) + (outer ? 1 : 0)) - 6;
        }
    }

    private double norm(NormSpec norm, double y, double from) {
        return norm.equals(NormSpec.NONE) ? from : box(Words.norm(norm), Role.NORM, y, from);
    }

    private double box(String name, Role role, double y, double from) {
        Arrow.up(svg, axis, from, y + BOX_HEIGHT);
        double half = Math.min(62, axis - left - 8);
        svg.group("box");
        svg.rectangle(axis - half, y, 2 * half, BOX_HEIGHT, 6, role.style());
        svg.text(axis, y + 17, "middle", name);
        svg.endGroup();
        return y;
    }

    private static String name(ArchitectureSpec spec) {
        return name(spec.layers().getFirst().mixer());
    }

    private static String name(Branch branch) {
        boolean before = !branch.before().equals(NormSpec.NONE);
        boolean after = !branch.after().equals(NormSpec.NONE);
        boolean outer = !branch.outer().equals(NormSpec.NONE);
        if (outer) {
            return before || after ? "Several norms" : "Original post-norm";
        }
        if (before) {
            return after ? "Pre- and post-norm" : "Pre-norm";
        }
        return after ? "Post-norm inside" : "No norm";
    }

    private static String formula(Branch branch) {
        String inner = branch.before().equals(NormSpec.NONE) ? "f(x)" : "f(norm(x))";
        String normed = branch.after().equals(NormSpec.NONE) ? inner : "norm(" + inner + ")";
        return branch.outer().equals(NormSpec.NONE) ? "x + " + normed : "norm(x + " + normed + ")";
    }

    private static String norms(ArchitectureSpec spec) {
        var layer = spec.layers().getFirst();
        long count = Stream.of(layer.mixer(), layer.feedForward())
                .flatMap(branch -> Stream.of(branch.before(), branch.after(), branch.outer()))
                .filter(norm -> !norm.equals(NormSpec.NONE))
                .count();
        return Numbers.count(count, "norm") + " of " + Numbers.exact(spec.hiddenSize()) + " a layer";
    }
}
