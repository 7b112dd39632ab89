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
 */
public record Row(Topic topic, String label, List<Cell> cells) {
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
     * @param same equal where two models are alike, which their texts need not be: 1/√128 and 1/√64 are both one
     *     over the root of the head size; empty for what is like anything
     * @param computed equal where two models compute alike, though their files say it otherwise
     * @param form equal where two models are built alike, even if in other sizes
     */
    public record Cell(String text, OptionalDouble number, Object same, Object computed, Object form) {
        boolean saysNothing() {
            return text.equals(NOTHING) || text.equals("none");
        }

        /** Whether another model's is built differently, or only larger. */
        Optional<Difference.Kind> against(Cell other) {
            boolean open = same.equals("") || other.same.equals("");
            if (open || same.equals(other.same) || computed.equals(other.computed)) {
                return Optional.empty();
            }
            return Optional.of(form.equals(other.form) ? Difference.Kind.SIZE : Difference.Kind.STRUCTURE);
        }
    }

    /** How the others differ from the first, by the most important of all ways; empty where all are alike. */
    public Optional<Difference.Kind> difference() {
        return cells.stream()
                .skip(1)
                .map(cells.getFirst()::against)
                .flatMap(Optional::stream)
                .min(Difference.Kind::compareTo);
    }

    /** Whether the models differ in it. */
    public boolean differs() {
        return difference().isPresent();
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
