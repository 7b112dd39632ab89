package orrery.draw;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Links and no marks, for the drawing of one model. */
final class LinkedBoxes implements Marks {
    private final BoxLinks links;
    private final Map<Box, Integer> layers = new HashMap<>();

    LinkedBoxes(Blueprint column, BoxLinks links) {
        this.links = links;
        column.parts().forEach(part -> {
            if (part instanceof Part.Choice(var _, var alternatives)) {
                alternatives.forEach(
                        one -> layers.putIfAbsent(one.box(), one.layers().getFirst()));
            }
        });
    }

    @Override
    public Optional<BoxLinks.Link> link(Slot slot, Box box) {
        return Optional.of(links.of(slot, layers.getOrDefault(box, 0)));
    }

    @Override
    public Marks unmarked() {
        return this;
    }
}
