package orrery.draw;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import orrery.spec.Experts;
import orrery.spec.Experts.Router.Groups;

/** Experts as tiles, one each; those that are active for a token are filled. */
final class ExpertTiles {
    private ExpertTiles() {}

    /** Draws that many in a row, {@code pitch} from one to the next. */
    static void paint(Svg svg, int count, List<Integer> chosen, double x, double y, double pitch, int columns) {
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
