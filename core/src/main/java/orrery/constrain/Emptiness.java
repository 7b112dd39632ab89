package orrery.constrain;

import java.util.HashSet;
import java.util.Set;

/** Proofs that no value is in two sets at once; what cannot be proven within bounds counts as possible. */
final class Emptiness {
    private static final int DEEPEST = 5;
    private static final int STATES = 400;
    private static final int MOST_PAIRS = 400;

    private final SchemaReader reader;
    private final Set<Conjunction> open = new HashSet<>();

    Emptiness(SchemaReader reader) {
        this.reader = reader;
    }

    boolean proven(ValueSet a, ValueSet b, String pointer) {
        if (tooMany(a.objects().size(), b.objects().size())
                || tooMany(a.arrays().size(), b.arrays().size())) {
            return false;
        }
        return proven(a.and(b, pointer), DEEPEST);
    }

    private static boolean tooMany(int some, int others) {
        return (long) some * others > MOST_PAIRS;
    }

    private boolean proven(ValueSet values, int depth) {
        return values.words() == 0
                && isEmpty(values.strings())
                && values.numbers().stream().allMatch(set -> isEmpty(set.plain()))
                && values.arrays().stream().allMatch(shape -> isEmpty(shape, depth))
                && values.objects().stream().allMatch(shape -> isEmpty(shape, depth));
    }

    private boolean isEmpty(Regex regex) {
        return reader.automaton().isEmpty(regex, STATES).orElse(false);
    }

    private boolean isEmpty(ArrayShape shape, int depth) {
        if (shape.isEmpty()) {
            return true;
        }
        int looked = Math.min(shape.least(), shape.prefix() + 1);
        for (int i = 0; i < looked; i++) {
            if (isEmpty(shape.at(i), depth)) {
                return true;
            }
        }
        return false;
    }

    private boolean isEmpty(ObjectShape shape, int depth) {
        if (shape.isEmpty()) {
            return true;
        }
        for (String name : shape.required()) {
            if (isEmpty(shape.of(name, reader.automaton()), depth)) {
                return true;
            }
        }
        return false;
    }

    private boolean isEmpty(Conjunction conjunction, int depth) {
        if (conjunction.isFalse()) {
            return true;
        }
        if ((conjunction.literals().size() < 2 && depth < DEEPEST - 1) || depth == 0 || !open.add(conjunction)) {
            return false;
        }
        try {
            return proven(reader.of(conjunction), depth - 1);
        } finally {
            open.remove(conjunction);
        }
    }
}
