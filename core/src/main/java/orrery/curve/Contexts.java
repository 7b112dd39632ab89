package orrery.curve;

import java.util.List;
import java.util.TreeSet;
import orrery.spec.ArchitectureSpec;
import orrery.spec.CacheSpec;
import orrery.spec.Reach;

/**
 * The context lengths at which a curve is evaluated: whole numbers, evenly spaced on a logarithmic axis, every power of
 * two, and both sides of each length where a window gets full or a chunk ends, so that edges stay sharp. If there are
 * more than {@link #MOST_TEETH} chunks, only those nearest to the even spacing are kept, at full height: drawn one by
 * one they would merge into a grey area.
 */
public final class Contexts {
    /** The most chunks that are drawn one by one. */
    public static final int MOST_TEETH = 32;

    private static final int PER_OCTAVE = 12;
    private static final int OCTAVES = 4;
    private static final long LEAST = 1024;

    private Contexts() {}

    /** Where an axis up to that context starts: at 1,024, or at a sixteenth of a shorter one. */
    public static long first(long most) {
        return Math.clamp(Long.highestOneBit(most) >> OCTAVES, 1, LEAST);
    }

    /**
     * In ascending order, including {@code first} and {@code most}.
     *
     * @throws CurveException if there is nothing between them
     */
    public static List<Long> of(ArchitectureSpec spec, long first, long most) {
        if (first < 1 || most < first) {
            throw new CurveException("contexts from " + first + " to " + most + ", expected at least 1 and ascending");
        }
        var all = new TreeSet<Long>();
        all.add(first);
        all.add(most);
        var even = new TreeSet<Long>();
        for (int step = 0; ; step++) {
            long context = Math.round(Math.pow(2, (double) step / PER_OCTAVE));
            if (context > most) {
                break;
            }
            even.add(context);
        }
        all.addAll(even);
        for (var cache : spec.caches()) {
            switch (cache) {
                case CacheSpec.PerToken kept -> {
                    switch (kept.reach()) {
                        case Reach.Full _ -> {}
                        case Reach.Window(var window) -> addEdge(all, window);
                        case Reach.Chunk(var chunk) -> addTeeth(all, even, chunk, most);
                    }
                }
                // A state has the same size at every length.
                case CacheSpec.PerSequence _, CacheSpec.Borrowed _, CacheSpec.None _ -> {}
            }
        }
        return List.copyOf(all.subSet(first, true, most, true));
    }

    private static void addTeeth(TreeSet<Long> all, TreeSet<Long> even, int chunk, long most) {
        for (long tooth = 1; tooth <= Math.min(MOST_TEETH, most / chunk); tooth++) {
            addEdge(all, tooth * chunk);
        }
        long thin = (long) MOST_TEETH * chunk;
        // Points between the edges would cut the teeth at an arbitrary height.
        all.tailSet(thin + 2).removeIf(context -> context != most);
        even.tailSet(thin, false).forEach(context -> addEdge(all, Math.round((double) context / chunk) * chunk));
    }

    private static void addEdge(TreeSet<Long> all, long last) {
        all.add(last);
        all.add(last + 1);
    }
}
