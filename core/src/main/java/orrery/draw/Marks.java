package orrery.draw;

import java.util.Optional;

/** What is marked because another model has it otherwise, and where boxes lead. */
interface Marks {
    /** Nothing is. */
    Marks NONE = new Marks() {};

    /** How another model's slot differs, all its alternatives together. */
    default Distance slot(Slot slot) {
        return Distance.NONE;
    }

    /** How another model differs from a box, at the least. */
    default Distance box(Slot slot, Box box) {
        return Distance.NONE;
    }

    /** How another model's box that is most like this one says something else about that. */
    default Distance line(Slot slot, Box box, String key) {
        return Distance.NONE;
    }

    /** Whether another model has a part there, and this one none. */
    default boolean missing(Slot slot) {
        return false;
    }

    /** Where a box leads. */
    default Optional<BoxLinks.Link> link(Slot slot, Box box) {
        return Optional.empty();
    }

    /** The same links, and nothing marked. */
    default Marks unmarked() {
        return NONE;
    }
}
