package orrery.look;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import orrery.draw.Svg;
import orrery.report.Numbers;

/** What a layer does with each token alone, one column per token: the norms of its latents, and its experts. */
final class TokenGrid {
    private static final double BARS = 44;
    private static final double CELL = 12;
    private static final double NARROWEST = 3;

    private final Svg svg;
    private final double left;
    private final double width;

    TokenGrid(Svg svg, double left, double width) {
        this.svg = svg;
        this.left = left;
        this.width = width;
    }

    /** Norms as bars from 0 on, on one scale, with the smallest and the largest; returns where they end. */
    double norms(String heading, List<Double> norms, String style, double top) {
        double most = Collections.max(norms);
        double pitch = Math.min(CELL * 1.5, width / norms.size());
        svg.text(
                left,
                top + 11,
                "small",
                heading + ": " + Numbers.plain(rounded(Collections.min(norms))) + " to "
                        + Numbers.plain(rounded(most)));
        for (int i = 0; i < norms.size(); i++) {
            double height = most > 0 ? BARS * norms.get(i) / most : 0;
            svg.group("norm").hint("token " + i + ": " + Numbers.plain(rounded(norms.get(i))));
            svg.rectangle(left + i * pitch, top + 18 + BARS - height, pitch * 0.8, height, 0, style);
            svg.endGroup();
        }
        return top + BARS + 32;
    }

    private static double rounded(double norm) {
        return Math.rint(norm * 1000) / 1000;
    }

    /**
     * Experts as rows, tokens as columns; a square's area is its share of the largest weight in the layer. Returns
     * where they end.
     */
    double experts(String heading, Look.Routing routing, double top) {
        int tokens = routing.chosen().size();
        double cell = Math.max(
                NARROWEST, Math.min(CELL, Math.min((width - 60) / tokens, 400.0 / routing.experts())));
        double most = routing.chosen().stream()
                .flatMap(List::stream)
                .mapToDouble(Look.Chosen::weight)
                .max()
                .orElse(1);
        double x = left + 30;
        double y = top + 18;
        svg.text(left, top + 11, "small", heading + ", largest weight " + Numbers.plain(rounded(most)));
        svg.rectangle(x, y, tokens * cell, routing.experts() * cell, 0, "frame");
        var squares = new ArrayList<Object>();
        for (int token = 0; token < tokens; token++) {
            for (var one : routing.chosen().get(token)) {
                double side = cell * Math.sqrt(Math.max(0, one.weight()) / most);
                double inset = (cell - side) / 2;
                squares.addAll(List.of("M", x + token * cell + inset, y + one.expert() * cell + inset));
                squares.addAll(List.of("h", side, "v", side, "h", -side, "z"));
            }
        }
        svg.path("experts-ink", squares.toArray());
        int every = (int) Math.ceil(11 / cell);
        for (int expert = 0; expert < routing.experts(); expert += every) {
            svg.text(x - 5, y + (expert + 0.5) * cell + 4, "small muted end", Integer.toString(expert));
        }
        return y + routing.experts() * cell + 16;
    }
}
