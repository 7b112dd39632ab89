package orrery.draw;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where the boxes of a drawing lead that stands in a page. */
@FunctionalInterface
public interface BoxLinks {
    /** Of what stands in that slot in the layer of that number, which is 0 for what all layers have alike. */
    Link of(Slot slot, int layer);

    /**
     * A place to go to.
     *
     * @param address seen from the page
     * @param hint what a reader is told who points at the box
     */
    record Link(String address, String hint) {}

    /** These links and no marks, for the drawing of one model. */
    default Marks marks(Blueprint column) {
        Map<Box, Integer> layers = new HashMap<>();
        column.parts().forEach(part -> {
            if (part instanceof Part.Choice(var _, var alternatives)) {
                alternatives.forEach(
                        one -> layers.putIfAbsent(one.box(), one.layers().getFirst()));
            }
        });
        return new Marks() {
            @Override
            public Optional<Link> link(Slot slot, Box box) {
                return Optional.of(of(slot, layers.getOrDefault(box, 0)));
            }

            @Override
            public Marks unmarked() {
                return this;
            }
        };
    }
}
