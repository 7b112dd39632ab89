package orrery.draw.chart;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Moves labels apart that would lie on each other, as little as their order allows. */
final class EndLabels {
    private EndLabels() {}

    /**
     * Where labels lie, in the order in which they are given: at least {@code distance} apart and within the range,
     * each as near to its wish as the others let it.
     *
     * @throws IllegalArgumentException if the range is too short for all of them
     */
    static List<Double> apart(List<Double> wishes, double distance, double from, double to) {
        if ((wishes.size() - 1) * distance > to - from + 1e-6) {
            throw new IllegalArgumentException(wishes.size() + " labels need " + (wishes.size() - 1) * distance
                    + ", and there is room for " + (to - from));
        }
        var order = IntStream.range(0, wishes.size())
                .boxed()
                .sorted(Comparator.comparing(wishes::get))
                .toList();
        // Neighbours that are too near become one block, which lies where the mean of its wishes is.
        var blocks = new ArrayList<Block>();
        for (int index : order) {
            blocks.add(new Block(1, wishes.get(index), distance, from, to));
            while (blocks.size() > 1 && blocks.get(blocks.size() - 2).meets(blocks.getLast())) {
                var later = blocks.removeLast();
                blocks.set(blocks.size() - 1, blocks.getLast().with(later));
            }
        }
        var places = new ArrayList<>(wishes);
        int next = 0;
        for (var block : blocks) {
            for (int i = 0; i < block.count; i++) {
                places.set(order.get(next++), block.first() + i * distance);
            }
        }
        return List.copyOf(places);
    }

    /**
     * @param wish where the first would have to lie for the mean of all wishes
     */
    private record Block(int count, double wish, double distance, double from, double to) {
        double first() {
            return Math.max(from, Math.min(wish, to - (count - 1) * distance));
        }

        boolean meets(Block later) {
            return later.first() < first() + count * distance - 1e-9;
        }

        Block with(Block later) {
            int all = count + later.count;
            double mean = (count * wish + later.count * (later.wish - count * distance)) / all;
            return new Block(all, mean, distance, from, to);
        }
    }
}
