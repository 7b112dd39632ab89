package orrery.draw;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import orrery.report.Numbers;
import orrery.spec.Experts;
import orrery.spec.Experts.Router.Groups;

/**
 * Experts as tiles, one each; those that are active for a token are filled. More than {@link #MOST} are a stack with
 * their number: nobody counts them, and they would be too small to see.
 */
final class ExpertTiles {
    /** As many are drawn one by one. */
    static final int MOST = 512;

    private static final double CARD = 16;
    private static final double BEHIND = 4;

    private ExpertTiles() {}

    /** The room that {@link #paint} takes downwards. */
    static double height(int count, double pitch, int columns) {
        return count > MOST ? CARD + 2 * BEHIND : Math.ceilDiv(count, columns) * pitch;
    }

    /** Draws that many in a row, {@code pitch} from one to the next. */
    static void paint(Svg svg, int count, List<Integer> chosen, double x, double y, double pitch, int columns) {
        if (count > MOST) {
            for (int i = 2; i >= 0; i--) {
                svg.rectangle(x + i * BEHIND, y + (2 - i) * BEHIND, CARD, CARD, 2, i == 0 ? "experts-ink" : "tile");
            }
            svg.text(
                    x + CARD + 3 * BEHIND,
                    y + CARD,
                    "",
                    Numbers.exact(count) + " experts, " + Numbers.exact(chosen.size()) + " active per token");
            return;
        }
        double side = pitch * 0.76;
        var filled = new ArrayList<Object>();
        var open = new ArrayList<Object>();
        for (int i = 0; i < count; i++) {
            (chosen.contains(i) ? filled : open)
                    .add(Svg.tile(x + i % columns * pitch, y + i / columns * pitch, side, side));
        }
        svg.path("tile", open.toArray());
        svg.path("experts-ink", filled.toArray());
    }

    /** As many as are active per token, scattered, since they differ for each token; the same in every drawing. */
    static List<Integer> chosen(int count, int active) {
        return shuffled(IntStream.range(0, count), count).subList(0, active);
    }

    /** The same of a mixture of experts; where only the best groups may be chosen from, out of as many groups. */
    static List<Integer> chosen(Experts op) {
        return switch (op.router().groups()) {
            case Groups.All() -> chosen(op.count(), op.active());
            case Groups.Best(var groups, var kept, var _) -> {
                int size = op.count() / groups;
                // Of each group in its turn, so that all that are kept are seen.
                var turns = chosen(groups, kept).stream()
                        .map(group -> shuffled(IntStream.range(group * size, (group + 1) * size), op.count() + group))
                        .toList();
                yield IntStream.range(0, op.active())
                        .mapToObj(i -> turns.get(i % kept).get(i / kept))
                        .toList();
            }
        };
    }

    private static List<Integer> shuffled(IntStream numbers, int seed) {
        var all = new ArrayList<>(numbers.boxed().toList());
        Collections.shuffle(all, new Random(seed));
        return all;
    }
}
