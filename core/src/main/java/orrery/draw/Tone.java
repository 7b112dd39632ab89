package orrery.draw;

/**
 * How an alternative is coloured in the strip of all layers and wherever it is named: in its role's colour, the
 * stronger the later it stands among those of the same role.
 */
record Tone(Role role, double strength) {
    private static final double WEAKEST = 0.25;

    /** The tone of one of the alternatives of a slot. */
    static Tone of(Part.Choice choice, int number) {
        var alternatives = choice.alternatives();
        var role = alternatives.get(number).box().role();
        long all = alternatives.stream().filter(one -> one.box().role() == role).count();
        long before = alternatives.subList(0, number).stream()
                .filter(one -> one.box().role() == role)
                .count();
        return new Tone(role, all == 1 ? 0.7 : WEAKEST + (1 - WEAKEST) * before / (all - 1));
    }

    void paint(Svg svg, double x, double y, double width, double height) {
        String style = role.style() + "-ink";
        svg.shape("rect", style, "fill-opacity x y width height", strength, x, y, width, height);
    }
}
