package orrery.token.jinja;

/**
 * The cost limit of one rendering. Every expression and statement costs one unit, every character of new text one,
 * every element of a new container {@link #ELEMENT}; so both time and memory are bounded, by the size of the input and
 * a fixed allowance. Costs are paid before the work is done.
 */
final class Budget {
    /** Units per element of a container: about the bytes that it takes, in characters. */
    static final int ELEMENT = 8;

    /** Bits of the largest integer: far above any honest use, and cheap to print. */
    static final int INTEGER_BITS = 14_000;

    private static final long ALLOWANCE = 20_000_000;
    private static final long PER_INPUT_UNIT = 1_000;
    private static final int DEPTH = 500;

    private final long limit;
    private long left;
    private int depth;

    /** A budget for variables of {@code inputSize} characters and elements. */
    Budget(long inputSize) {
        this.limit = ALLOWANCE + PER_INPUT_UNIT * inputSize;
        this.left = limit;
    }

    /** Pays for work that is about to be done. */
    void spend(long units) {
        if (units > left) {
            throw new TemplateException("rendering takes more than the " + limit
                    + " units of work and memory that a template is allowed for these variables");
        }
        left -= units;
    }

    /** Pays for a container of {@code elements} before it is created. */
    void spendElements(long elements) {
        if (elements > limit) {
            spend(elements);
        }
        spend(elements * ELEMENT);
    }

    /** Enters one level, in the template's nodes or in a value; the caller ascends when it is done. */
    void descend() {
        spend(1);
        if (++depth > DEPTH) {
            throw new TemplateException("rendering is nested more than " + DEPTH + " levels deep");
        }
    }

    void ascend() {
        depth--;
    }
}
