package orrery.draw;

/** What is marked because another model has it otherwise. */
interface Marks {
    /** Nothing is. */
    Marks NONE = new Marks() {
        @Override
        public boolean part(Slot slot) {
            return false;
        }

        @Override
        public boolean line(Slot slot, String key) {
            return false;
        }

        @Override
        public boolean missing(Slot slot) {
            return false;
        }

        @Override
        public boolean block(DrawnBlock block) {
            return false;
        }
    };

    /** Whether another model has no such part there, or one of another kind. */
    boolean part(Slot slot);

    /** Whether another model's part says something else about that. */
    boolean line(Slot slot, String key);

    /** Whether another model has a part there, and this one none. */
    boolean missing(Slot slot);

    /** Whether another model has no such run of layers. */
    boolean block(DrawnBlock block);
}
