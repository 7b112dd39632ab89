package orrery.constrain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Deterministic automata of {@link Regex}es, state by state: a state is what may still follow, found by Brzozowski's
 * derivatives (doi:10.1145/321239.321249) over interned expressions, so that equal ones are one state. Used to decide
 * questions about schemas; the number of states that a question may visit is bounded.
 */
final class Automaton {
    /** An interned expression; the state of an automaton that accepts what it matches. */
    static final class State {
        private final Kind kind;
        private final List<State> parts;
        private final ByteSet set;
        private final int least;
        private final int most;
        private final int id;
        private final boolean nullable;
        private List<Arc> arcs = List.of();

        private State(Key key, int id, boolean nullable) {
            this.kind = key.kind;
            this.parts = key.parts;
            this.set = key.set;
            this.least = key.least;
            this.most = key.most;
            this.id = id;
            this.nullable = nullable;
        }

        /** Whether the text may end here. */
        boolean accepts() {
            return nullable;
        }
    }

    /** Where the bytes of a set lead. */
    record Arc(ByteSet bytes, State to) {}

    private enum Kind {
        BYTES,
        SEQUENCE,
        UNION,
        INTERSECTION,
        COMPLEMENT,
        REPEAT
    }

    private record Key(Kind kind, List<State> parts, ByteSet set, int least, int most) {}

    private final Map<Key, State> interned = new HashMap<>();
    private final IdentityHashMap<Regex, State> starts = new IdentityHashMap<>();
    private final State empty = intern(new Key(Kind.SEQUENCE, List.of(), ByteSet.NONE, 0, 0));
    private final State nothing = intern(new Key(Kind.UNION, List.of(), ByteSet.NONE, 0, 0));
    private final State anything =
            intern(new Key(Kind.REPEAT, List.of(bytes(ByteSet.ALL)), ByteSet.NONE, 0, Regex.UNBOUNDED));

    /** The start of an expression's automaton. */
    State start(Regex regex) {
        var known = starts.get(regex);
        if (known == null) {
            known = switch (regex) {
                case Regex.Bytes(var set) -> bytes(set);
                case Regex.Sequence(var parts) -> {
                    var sequence = empty;
                    for (var part : parts.reversed()) {
                        sequence = sequence(start(part), sequence);
                    }
                    yield sequence;
                }
                case Regex.Union(var parts) ->
                    union(parts.stream().map(this::start).toList());
                case Regex.Intersection(var parts) ->
                    intersection(parts.stream().map(this::start).toList());
                case Regex.Complement(var part) -> complement(start(part));
                case Regex.Repeat(var part, var least, var most) -> repeat(start(part), least, most);
            };
            starts.put(regex, known);
        }
        return known;
    }

    boolean matches(Regex regex, byte[] text) {
        var state = start(regex);
        for (byte b : text) {
            state = derivative(state, b & 0xFF);
        }
        return state.nullable;
    }

    /** Whether no text matches; empty if that takes more than {@code budget} states to see. */
    Optional<Boolean> isEmpty(Regex regex, int budget) {
        var start = start(regex);
        var seen = new HashSet<State>();
        var open = new ArrayDeque<State>();
        seen.add(start);
        open.add(start);
        while (!open.isEmpty()) {
            var state = open.removeLast();
            if (state.nullable) {
                return Optional.of(false);
            }
            for (var arc : arcs(state)) {
                if (seen.add(arc.to)) {
                    if (seen.size() > budget) {
                        return Optional.empty();
                    }
                    open.add(arc.to);
                }
            }
        }
        return Optional.of(true);
    }

    /** The ways on from a state, dead ends that can be seen at once left out; their sets are disjoint. */
    List<Arc> arcs(State state) {
        if (state.arcs.isEmpty()) {
            var arcs = new ArrayList<Arc>();
            for (var bytes : classes(state)) {
                var to = derivative(state, first(bytes));
                if (to != nothing) {
                    arcs.add(new Arc(bytes, to));
                }
            }
            state.arcs = List.copyOf(arcs);
        }
        return state.arcs;
    }

    private static int first(ByteSet set) {
        int value = 0;
        while (!set.contains(value)) {
            value++;
        }
        return value;
    }

    /** Disjoint sets that together are all bytes, and whose bytes lead to one state each. */
    private List<ByteSet> classes(State state) {
        return switch (state.kind) {
            case BYTES -> split(List.of(ByteSet.ALL), state.set);
            case REPEAT, COMPLEMENT -> classes(state.parts.getFirst());
            case SEQUENCE -> {
                List<ByteSet> classes = List.of(ByteSet.ALL);
                for (var part : state.parts) {
                    classes = refine(classes, classes(part));
                    if (!part.nullable) {
                        break;
                    }
                }
                yield classes;
            }
            case UNION, INTERSECTION -> {
                List<ByteSet> classes = List.of(ByteSet.ALL);
                for (var part : state.parts) {
                    classes = refine(classes, classes(part));
                }
                yield classes;
            }
        };
    }

    private static List<ByteSet> refine(List<ByteSet> classes, List<ByteSet> by) {
        var refined = classes;
        for (int i = 0; i < by.size() - 1; i++) {
            refined = split(refined, by.get(i));
        }
        return refined;
    }

    private static List<ByteSet> split(List<ByteSet> classes, ByteSet by) {
        var parts = new ArrayList<ByteSet>();
        for (var set : classes) {
            var in = set.intersection(by);
            var out = set.intersection(by.complement());
            if (!in.isEmpty()) {
                parts.add(in);
            }
            if (!out.isEmpty()) {
                parts.add(out);
            }
        }
        return parts;
    }

    private State derivative(State state, int b) {
        return switch (state.kind) {
            case BYTES -> state.set.contains(b) ? empty : nothing;
            case SEQUENCE -> {
                if (state.parts.isEmpty()) {
                    yield nothing;
                }
                var first = state.parts.get(0);
                var rest = state.parts.get(1);
                var on = sequence(derivative(first, b), rest);
                yield first.nullable ? union(List.of(on, derivative(rest, b))) : on;
            }
            case UNION ->
                union(state.parts.stream().map(part -> derivative(part, b)).toList());
            case INTERSECTION ->
                intersection(
                        state.parts.stream().map(part -> derivative(part, b)).toList());
            case COMPLEMENT -> complement(derivative(state.parts.getFirst(), b));
            case REPEAT -> {
                var part = state.parts.getFirst();
                int least = part.nullable ? 0 : Math.max(state.least - 1, 0);
                int most = state.most == Regex.UNBOUNDED ? Regex.UNBOUNDED : state.most - 1;
                yield sequence(derivative(part, b), repeat(part, least, most));
            }
        };
    }

    private State bytes(ByteSet set) {
        return set.isEmpty() ? nothing : intern(new Key(Kind.BYTES, List.of(), set, 0, 0));
    }

    private State sequence(State first, State rest) {
        if (first == nothing || rest == nothing) {
            return nothing;
        }
        if (first == empty) {
            return rest;
        }
        if (rest == empty) {
            return first;
        }
        var heads = new ArrayList<State>();
        var tail = first;
        while (tail.kind == Kind.SEQUENCE) {
            heads.add(tail.parts.get(0));
            tail = tail.parts.get(1);
        }
        var joined = intern(new Key(Kind.SEQUENCE, List.of(tail, rest), ByteSet.NONE, 0, 0));
        for (var head : heads.reversed()) {
            joined = intern(new Key(Kind.SEQUENCE, List.of(head, joined), ByteSet.NONE, 0, 0));
        }
        return joined;
    }

    private State union(List<State> parts) {
        return joined(Kind.UNION, parts, nothing, anything);
    }

    private State intersection(List<State> parts) {
        return joined(Kind.INTERSECTION, parts, anything, nothing);
    }

    /** @param neutral the part that changes nothing, and {@code absorbing} the one that makes the others needless */
    private State joined(Kind kind, List<State> parts, State neutral, State absorbing) {
        var distinct = new TreeSet<State>((a, b) -> Integer.compare(a.id, b.id));
        for (var part : parts) {
            if (part.kind == kind) {
                distinct.addAll(part.parts);
            } else {
                distinct.add(part);
            }
        }
        distinct.remove(neutral);
        if (distinct.contains(absorbing)) {
            return absorbing;
        }
        return switch (distinct.size()) {
            case 0 -> neutral;
            case 1 -> distinct.getFirst();
            default -> intern(new Key(kind, List.copyOf(distinct), ByteSet.NONE, 0, 0));
        };
    }

    private State complement(State part) {
        if (part == nothing) {
            return anything;
        }
        if (part == anything) {
            return nothing;
        }
        return part.kind == Kind.COMPLEMENT
                ? part.parts.getFirst()
                : intern(new Key(Kind.COMPLEMENT, List.of(part), ByteSet.NONE, 0, 0));
    }

    private State repeat(State part, int least, int most) {
        if (most == 0 || part == empty) {
            return empty;
        }
        if (part == nothing) {
            return least == 0 ? empty : nothing;
        }
        if (least == 1 && most == 1) {
            return part;
        }
        return intern(new Key(Kind.REPEAT, List.of(part), ByteSet.NONE, least, most));
    }

    private State intern(Key key) {
        var known = interned.get(key);
        if (known == null) {
            known = new State(key, interned.size(), nullable(key));
            interned.put(key, known);
        }
        return known;
    }

    private static boolean nullable(Key key) {
        return switch (key.kind) {
            case BYTES -> false;
            case SEQUENCE, INTERSECTION -> key.parts.stream().allMatch(part -> part.nullable);
            case UNION -> key.parts.stream().anyMatch(part -> part.nullable);
            case COMPLEMENT -> !key.parts.getFirst().nullable;
            case REPEAT -> key.least == 0 || key.parts.getFirst().nullable;
        };
    }
}
