package orrery.constrain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The states of a grammar: those of the lexer, of the parser, and their configurations with masks. All are made on
 * demand, under one lock, and are read without it. They only grow; a grammar whose store is half full begins another
 * one, to which answers take the few states that they are in.
 */
final class StateStore {
    private final CompileLimits limits;
    private final WorkLimit work;
    private final ByteClasses classes;
    private final Derivatives derivatives;
    private final RuleGraph graph;
    private final LexerStates lexer;
    private final SliceCover cover;
    private final ItemSets sets;
    private final Map<Configuration, Configuration> configurations = new HashMap<>();
    private final ArrayDeque<Configuration> masked = new ArrayDeque<>();
    private final Configuration dead;
    private final Configuration first;
    private long maskBytes;

    /** @throws GrammarException if no answer follows the grammar, or it exceeds the limits */
    StateStore(Grammar grammar, CompileLimits limits, int largestLexeme) {
        this.limits = limits;
        work = new WorkLimit(limits);
        classes = new GrammarBytes(work).classes(grammar);
        derivatives = new Derivatives(classes, work);
        graph = new RuleGraphBuilder(grammar, derivatives, work, largestLexeme).build();
        lexer = new LexerStates(derivatives, classes.count(), work);
        cover = new SliceCover(derivatives, classes.count(), work);
        sets = new ItemSets(graph, derivatives, work);
        dead = configuration(List.of(), false);
        first = configuration(List.of(), sets.first());
    }

    ByteClasses classes() {
        return classes;
    }

    /** Before the first byte. */
    Configuration first() {
        return first;
    }

    boolean isHalfFull() {
        synchronized (this) {
            return work.isHalfFull();
        }
    }

    /** The configuration after a byte of a class; dead if no answer goes on so. */
    Configuration after(Configuration from, int byteClass, WorkLimit.Operation operation) {
        Configuration known = from.next[byteClass];
        return known != null ? known : make(from, byteClass, operation);
    }

    /** The configuration that no answer is in. */
    Configuration dead() {
        return dead;
    }

    /** The only class of bytes that may follow, or -1 if there are several or none. */
    int onlyClass(Configuration from, WorkLimit.Operation operation) {
        int found = -1;
        for (int c = 0; c < classes.count(); c++) {
            if (!after(from, c, operation).isDead) {
                if (found >= 0) {
                    return -1;
                }
                found = c;
            }
        }
        return found;
    }

    /** The largest slice of which every token may follow, as an index, or -1. */
    synchronized int slice(Configuration from, WorkLimit.Operation operation) {
        work.continueWith(operation);
        int best = -1;
        for (LexerState state : from.states) {
            for (int rest : state.rests) {
                best = Math.max(best, cover.of(rest));
            }
        }
        return best;
    }

    private synchronized Configuration make(Configuration from, int byteClass, WorkLimit.Operation operation) {
        work.continueWith(operation);
        work.step();
        var going = new ArrayList<Thread>(from.states.length + 1);
        List<Item> kernel = List.of();
        for (int i = 0; i < from.states.length; i++) {
            LexerState state = lexer.after(from.states[i], byteClass);
            ItemSet set = from.sets[i];
            if (state.lexemes.length > 0) {
                going.add(new Thread(state, set));
            }
            if (state.ended.length > 0) {
                if (kernel.isEmpty()) {
                    kernel = new ArrayList<>();
                }
                for (int lexeme : state.ended) {
                    work.step();
                    for (Item item : set.afterLexeme(lexeme)) {
                        kernel.add(item.outside(set.content.returns()));
                    }
                }
            }
        }
        Configuration result = kernel.isEmpty() ? configuration(going, false) : configuration(going, sets.of(kernel));
        from.next[byteClass] = result;
        return result;
    }

    private record Thread(LexerState state, ItemSet set) {}

    private Configuration configuration(List<Thread> going, ItemSet border) {
        var threads = new ArrayList<>(going);
        LexerState start = border.start(lexer, graph);
        if (start.lexemes.length > 0) {
            threads.add(new Thread(start, border));
        }
        return configuration(threads, border.content.accepting());
    }

    private Configuration configuration(List<Thread> threads, boolean mayEnd) {
        List<Thread> sorted = threads.size() < 2
                ? threads
                : threads.stream()
                        .distinct()
                        .sorted(Comparator.<Thread>comparingInt(thread -> thread.set.serial)
                                .thenComparingInt(thread -> thread.state.serial))
                        .toList();
        work.steps(sorted.size());
        var fresh = new Configuration(
                sorted.stream().map(Thread::state).toArray(LexerState[]::new),
                sorted.stream().map(Thread::set).toArray(ItemSet[]::new),
                mayEnd,
                classes.count());
        Configuration known = configurations.putIfAbsent(fresh, fresh);
        if (known != null) {
            return known;
        }
        work.keep(160 + 4L * classes.count() + 8L * sorted.size());
        return fresh;
    }

    /** Keeps a mask, and drops others that were not used lately if there are too many. */
    synchronized void keep(Configuration of, Mask mask) {
        if (of.mask != null || mask.bytes() > limits.maskBytes()) {
            return;
        }
        maskBytes += mask.bytes();
        while (maskBytes > limits.maskBytes()) {
            Configuration oldest = masked.remove();
            Mask old = oldest.mask;
            if (old == null) {
                throw new IllegalStateException("a mask that is kept is missing");
            }
            if (old.used) {
                old.used = false;
                masked.add(oldest);
            } else {
                oldest.mask = null;
                maskBytes -= old.bytes();
            }
        }
        of.mask = mask;
        masked.add(of);
    }

    /** The bytes of all masks that are kept. */
    synchronized long maskBytes() {
        return maskBytes;
    }

    /** The bytes of all states, about. */
    synchronized long stateBytes() {
        return work.bytes();
    }

    /** The same configuration as one of another store of the same grammar. */
    Configuration copy(Configuration of, StateStore from, WorkLimit.Operation operation) {
        synchronized (from) {
            synchronized (this) {
                work.continueWith(operation);
                Configuration copy = configuration(
                        IntStream.range(0, of.states.length)
                                .mapToObj(i ->
                                        new Thread(lexer.copy(of.states[i], from.derivatives), sets.copy(of.sets[i])))
                                .toList(),
                        of.mayEnd);
                work.checkRoom();
                return copy;
            }
        }
    }
}
