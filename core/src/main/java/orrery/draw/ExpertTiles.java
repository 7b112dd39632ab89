package orrery.draw;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Experts as tiles, one each; those that are active for a token are filled. */
final class ExpertTiles {
    private ExpertTiles() {}

    /** Draws that many in a row, {@code pitch} from one to the next. */
    static void paint(Svg svg, int count, int active, double x, double y, double pitch, int columns) {
        double side = pitch * 0.76;
        var chosen = chosen(count, active);
        var filled = new ArrayList<Object>();
        var open = new ArrayList<Object>();
        for (int i = 0; i < count; i++) {
            (chosen.contains(i) ? filled : open)
                    .addAll(List.of(
                            "M",
                            x + i % columns * pitch,
                            y + i / columns * pitch,
                            "h",
                            side,
                            "v",
                            side,
                            "h",
                            -side,
                            "z"));
        }
        svg.path(Svg.path(open.toArray()), "tile");
        svg.path(Svg.path(filled.toArray()), "experts-ink");
    }

    /** As many as are active per token, scattered, since they differ for each token; the same in every drawing. */
    static List<Integer> chosen(int count, int active) {
        var all = new ArrayList<Integer>();
        for (int i = 0; i < count; i++) {
            all.add(i);
        }
        Collections.shuffle(all, new Random(count));
        return all.subList(0, active);
    }
}
