package orrery.kernel.jit;

import java.lang.foreign.MemorySegment;
import orrery.kernel.Crew;

/**
 * One call of emitted code whose work is a number of contiguous units: rows, or elements. If there are enough, threads
 * share the units. Arguments are given in order.
 */
final class SharedCall implements Crew.Task {
    /** Below this number of elements, waking another thread costs more than it saves. */
    private static final long WORTH_SHARING = 16 << 10;

    /** If units are elements, parts start at multiples of this: no two threads write to the same cache line. */
    private static final long APART = 64;

    private static final int MOST_ARGUMENTS = 8;

    private final Crew crew;
    private final long[] values = new long[MOST_ARGUMENTS];
    private final long[] steps = new long[MOST_ARGUMENTS];
    private NativeFunction function = new NativeFunction(MemorySegment.NULL);
    private int arguments;
    private int counted;
    private long units;
    private long unitsPerPart;

    SharedCall(Crew crew) {
        this.crew = crew;
    }

    /** Starts another call. */
    SharedCall of(NativeFunction called) {
        function = called;
        arguments = 0;
        return this;
    }

    /** An argument that is the same for all units. */
    SharedCall with(long value) {
        return moving(value, 0);
    }

    /** An address that advances by {@code step} bytes per unit. */
    SharedCall moving(long address, long step) {
        values[arguments] = address;
        steps[arguments++] = step;
        return this;
    }

    /** The argument for the number of units. */
    SharedCall counting() {
        counted = arguments;
        return with(0);
    }

    /**
     * Runs it, on as many threads as pay off.
     *
     * @param count units, 0 or more
     * @param cost of a unit, in simple operations on an element
     */
    void share(long count, long cost) {
        units = count;
        while (arguments < MOST_ARGUMENTS) {
            with(0);
        }
        if (count == 0) {
            return;
        }
        if (crew.workers() == 1 || count == 1 || count * cost < 2 * WORTH_SHARING) {
            call(0, count);
            return;
        }
        long parts = Math.min(4L * crew.workers(), count * cost / WORTH_SHARING);
        unitsPerPart = (count + parts - 1) / parts;
        if (unitsPerPart > APART) {
            unitsPerPart = (unitsPerPart + APART - 1) / APART * APART;
        }
        crew.run(this, Math.toIntExact((count + unitsPerPart - 1) / unitsPerPart));
    }

    @Override
    public void run(int part, int worker) {
        long first = part * unitsPerPart;
        call(first, Math.min(units - first, unitsPerPart));
    }

    private void call(long first, long count) {
        function.call(
                value(0, first, count),
                value(1, first, count),
                value(2, first, count),
                value(3, first, count),
                value(4, first, count),
                value(5, first, count),
                value(6, first, count),
                value(7, first, count));
    }

    private long value(int argument, long first, long count) {
        return argument == counted ? count : values[argument] + first * steps[argument];
    }
}
