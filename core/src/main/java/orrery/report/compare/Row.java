package orrery.report.compare;

import java.util.List;
import java.util.OptionalDouble;

/**
 * One property of all models that are compared.
 *
 * @param topic what it is about
 * @param label what it is called
 * @param cells one a model, in their order
 */
public record Row(Topic topic, String label, List<Cell> cells) {
    /** What stands where a model has no such thing. */
    public static final String NOTHING = "–";

    public Row {
        cells = List.copyOf(cells);
    }

    /**
     * One model's property.
     *
     * @param text as people read it
     * @param number the same, where it is one number
     */
    public record Cell(String text, OptionalDouble number) {
        boolean saysNothing() {
            return text.equals(NOTHING);
        }

        static Cell of(String text) {
            return new Cell(text.isEmpty() ? NOTHING : text, OptionalDouble.empty());
        }
    }

    /** Whether the models are not all alike in it. */
    public boolean differs() {
        return cells.stream().distinct().count() > 1;
    }

    /** How many times the first model's number that of another is, where both have one that is not 0. */
    public OptionalDouble ratio(int model) {
        var first = cells.getFirst().number();
        var other = cells.get(model).number();
        return first.isPresent() && other.isPresent() && first.getAsDouble() != 0
                ? OptionalDouble.of(other.getAsDouble() / first.getAsDouble())
                : OptionalDouble.empty();
    }

    boolean saysNothing() {
        return cells.stream().allMatch(Cell::saysNothing);
    }
}
