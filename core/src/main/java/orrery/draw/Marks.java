package orrery.draw;

/** What is marked because another model has it otherwise. */
interface Marks {
    /** Nothing is. */
    Marks NONE = new Marks() {
        @Override
        public Distance slot(Slot slot) {
            return Distance.NONE;
        }

        @Override
        public Distance box(Slot slot, Box box) {
            return Distance.NONE;
        }

        @Override
        public Distance line(Slot slot, Box box, String key) {
            return Distance.NONE;
        }

        @Override
        public boolean missing(Slot slot) {
            return false;
        }
    };

    /** How another model's slot differs, all its alternatives together. */
    Distance slot(Slot slot);

    /** How another model differs from a box, at the least. */
    Distance box(Slot slot, Box box);

    /** How another model's box that is most like this one says something else about that. */
    Distance line(Slot slot, Box box, String key);

    /** Whether another model has a part there, and this one none. */
    boolean missing(Slot slot);
}
