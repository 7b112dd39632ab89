package orrery.report.compare;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import orrery.report.Topic;

/**
 * One property of all models that are compared.
 *
 * @param topic what it is about
 * @param label what it is called
 * @param cells one for each model, in their order
 * @param difference how the others differ from the first; empty where all are alike
 */
public record Row(Topic topic, String label, List<Cell> cells, Optional<Difference.Kind> difference) {
    /** What stands where a property does not apply to a model. */
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
            return text.equals(NOTHING) || text.equals("none");
        }

        static Cell of(String text) {
            return new Cell(text.isEmpty() ? NOTHING : text, OptionalDouble.empty());
        }
    }

    /** Whether the models are not all alike in it. */
    public boolean differs() {
        return difference.isPresent();
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
