package orrery.draw;

import java.util.List;

/** Something in a column, at its place. */
sealed interface Part {
    Slot slot();

    /** A labelled box. */
    record Boxed(Slot slot, Box box) implements Part {}

    /**
     * What some layers have in a slot in which others have something else.
     *
     * @param name short, and no other alternative's of that slot
     * @param where which layers take it, in words: {@code the first 3 of 61 layers: 0–2}
     * @param layers their indices, ascending
     */
    record Alternative(Box box, String name, String where, List<Integer> layers) {}

    /** A slot in which layers differ: each layer takes one of the alternatives. */
    record Choice(Slot slot, List<Alternative> alternatives) implements Part {
        public Choice {
            alternatives = List.copyOf(alternatives);
        }
    }

    /** Where a residual line leaves the stream. */
    record Fork(Slot slot) implements Part {}

    /** Where a branch is added to the stream. */
    record Sum(Slot slot) implements Part {}

    /** A word in the flow, without a box. */
    record Word(Slot slot, String text) implements Part {}

    /** A second, low-rank residual that is added beside the first. */
    record Beside(Slot slot, Box box) implements Part {}

    static Part box(Slot slot, Role role, String title, String count, Box.Line... lines) {
        return new Boxed(slot, Box.of(role, title, count, lines));
    }

    /** Its boxes: one, several alternatives, or none. */
    default List<Box> boxes() {
        return switch (this) {
            case Boxed(var _, var box) -> List.of(box);
            case Beside(var _, var box) -> List.of(box);
            case Choice(var _, var alternatives) ->
                alternatives.stream().map(Alternative::box).toList();
            case Fork _, Sum _, Word _ -> List.of();
        };
    }
}
