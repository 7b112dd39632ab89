package orrery.constrain;

/**
 * A rule that has been read up to a position.
 *
 * @param position the position in {@link RuleGraph}
 * @param count how often the part of a counted repetition has been read
 * @param goal the rule that is complete when the position's rule is: another one where the last part of a rule is
 *     itself a rule, so that recursion to the right costs no memory
 * @param origin where the goal began, or {@link ItemSet#HERE}
 */
record Item(int position, int count, int goal, ItemSet origin) {
    /** The same item of {@code set} for another set. */
    Item outside(ItemSet set) {
        return origin == ItemSet.HERE ? new Item(position, count, goal, set) : this;
    }
}
