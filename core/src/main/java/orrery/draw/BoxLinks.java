package orrery.draw;

/** Where the boxes of a drawing in a page link to. */
@FunctionalInterface
public interface BoxLinks {
    /** Of what stands in that slot in the layer of that number, which is 0 for what all layers have alike. */
    Link of(Slot slot, int layer);

    /**
     * A place to go to.
     *
     * @param address seen from the page
     * @param hint the box's tooltip
     */
    record Link(String address, String hint) {}
}
