package orrery.constrain;

/**
 * A rule that has been read up to a position.
 *
 * @param position the position in {@link RuleGraph}
 * @param count how often the part of a counted repetition has been read
 * @param goal the rule that is complete when the position's rule is: another one where the last part of a rule is
 *     itself a rule, so that recursion to the right costs no memory
 * @param origin how to go on when the goal is complete
 */
record Item(int position, int count, int goal, Returns origin) {
    /** The same item of a border with these returns, for another border. */
    Item outside(Returns border) {
        return origin == Returns.HERE ? new Item(position, count, goal, border) : this;
    }
}
