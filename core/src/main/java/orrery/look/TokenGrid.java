package orrery.look;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import orrery.draw.Svg;
import orrery.draw.TextWidth;
import orrery.report.Numbers;

/** What a layer does with each token alone, one column per token: the norms of its latents, and its experts. */
final class TokenGrid {
    private static final double BARS = 44;
    private static final double WIDEST_BAR = 18;
    private static final double GAP = 18;
    private static final double CELL = 12;
    private static final double NARROWEST = 3;
    private static final double HIGHEST = 400;
    private static final double NUMBERS = 30;

    private final Svg svg;
    private final double left;
    private final double width;

    TokenGrid(Svg svg, double left, double width) {
        this.svg = svg;
        this.left = left;
        this.width = width;
    }

    /** The norms of a layer's latents and, beside them, of its RoPE keys; returns where they end. */
    double latents(String layer, Look.Latents norms, double top) {
        double half = (width - GAP) / 2;
        norms(layer + ", latent", norms.latent(), "cache", left, half, top);
        norms(layer + ", RoPE key", norms.ropeKey(), "plain", left + half + GAP, half, top);
        return top + BARS + 32;
    }

    /** Bars from 0 on, on one scale, with the smallest and the largest. */
    private void norms(String heading, List<Double> norms, String style, double x, double room, double top) {
        double most = Collections.max(norms);
        double pitch = Math.min(WIDEST_BAR, room / norms.size());
        String range = Numbers.plain(rounded(Collections.min(norms))) + " to " + Numbers.plain(rounded(most));
        svg.text(x, top + 11, "small", heading + ": " + range);
        for (int i = 0; i < norms.size(); i++) {
            double height = most > 0 ? BARS * norms.get(i) / most : 0;
            svg.group("").hint("token " + i + ": " + Numbers.plain(rounded(norms.get(i))));
            svg.rectangle(x + i * pitch, top + 18 + BARS - height, pitch * 0.8, height, 0, style);
            svg.endGroup();
        }
    }

    private static double rounded(double norm) {
        return Math.rint(norm * 1000) / 1000;
    }

    /**
     * The experts of some layers, as many beside each other as fit: rows are experts, columns tokens, and a square's
     * area is its weight as a share of the largest in the layer. Returns where they end.
     */
    double experts(List<Look.Layer> layers, double top) {
        double x = left;
        double y = top;
        double bottom = top;
        for (var layer : layers) {
            var routing = layer.routing().orElseThrow();
            int tokens = routing.chosen().size();
            double cell = Math.clamp((width - NUMBERS) / tokens, NARROWEST, CELL);
            cell = Math.max(NARROWEST, Math.min(cell, HIGHEST / routing.experts()));
            String heading = "layer " + layer.index() + ": "
                    + routing.chosen().getFirst().size() + " of " + Numbers.count(routing.experts(), "expert")
                    + " per token";
            double own = Math.max(NUMBERS + tokens * cell, TextWidth.of(heading, 11));
            if (x > left && x + own > left + width) {
                x = left;
                y = bottom;
            }
            bottom = Math.max(bottom, experts(heading, routing, x, y, cell));
            x += own + GAP;
        }
        return bottom;
    }

    private double experts(String heading, Look.Routing routing, double left, double top, double cell) {
        int tokens = routing.chosen().size();
        double most = routing.chosen().stream()
                .flatMap(List::stream)
                .mapToDouble(Look.Chosen::weight)
                .max()
                .orElse(1);
        double x = left + NUMBERS;
        double y = top + 18;
        svg.group("").hint(heading + "; the largest weight is " + Numbers.plain(rounded(most)));
        svg.text(left, top + 11, "small", heading);
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
        svg.endGroup();
        return y + routing.experts() * cell + GAP;
    }
}
