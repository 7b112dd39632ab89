package orrery.draw;

/** What is built differently, and nothing that has other numbers only. */
record StructureMarks(Marks all) implements Marks {
    @Override
    public Distance slot(Slot slot) {
        return structure(all.slot(slot));
    }

    @Override
    public Distance box(Slot slot, Box box) {
        return structure(all.box(slot, box));
    }

    @Override
    public Distance line(Slot slot, Box box, String key) {
        return structure(all.line(slot, box, key));
    }

    @Override
    public boolean missing(Slot slot) {
        return all.missing(slot);
    }

    private static Distance structure(Distance distance) {
        return switch (distance) {
            case NONE, SIZE -> Distance.NONE;
            case STRUCTURE -> distance;
        };
    }
}
