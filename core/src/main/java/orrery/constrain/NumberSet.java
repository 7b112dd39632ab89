package orrery.constrain;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * A set of numbers, by their spellings.
 *
 * @param plain its spellings without an exponent, all of them: with a number's {@code 1.5} also {@code 1.50}
 * @param negative whether spellings with an exponent that mean numbers below zero are in the set
 * @param positive the same above zero; zero itself is written without an exponent
 * @param steps multiples that its numbers are, or are not
 */
record NumberSet(Regex plain, Share negative, Share positive, List<Step> steps) {
    /** How many spellings with an exponent are in a set; of {@code SOME}, none is written. */
    enum Share {
        NONE,
        SOME,
        ALL;

        private Share and(Share other) {
            return ordinal() < other.ordinal() ? this : other;
        }

        private Share not() {
            return switch (this) {
                case NONE -> ALL;
                case SOME -> SOME;
                case ALL -> NONE;
            };
        }
    }

    /** Multiples of a number, or all others. */
    record Step(BigDecimal of, boolean multiple) {}

    static final NumberSet ALL = new NumberSet(Decimals.ALL, Share.ALL, Share.ALL, List.of());
    static final NumberSet INTEGERS = new NumberSet(Decimals.INTEGERS, Share.SOME, Share.SOME, List.of());

    /** The integers up to draft-04. */
    static final NumberSet WITHOUT_POINT = new NumberSet(Decimals.WITHOUT_POINT, Share.SOME, Share.SOME, List.of());

    NumberSet {
        steps = List.copyOf(steps);
    }

    static NumberSet of(BigDecimal value) {
        return new NumberSet(Decimals.equalTo(value), Share.SOME, Share.SOME, List.of());
    }

    static NumberSet atLeast(BigDecimal bound, boolean exclusive) {
        var negative = bound.signum() >= 0 ? Share.NONE : Share.SOME;
        var positive = bound.signum() <= 0 ? Share.ALL : Share.SOME;
        return new NumberSet(Decimals.atLeast(bound, exclusive), negative, positive, List.of());
    }

    static NumberSet atMost(BigDecimal bound, boolean exclusive) {
        var negative = bound.signum() >= 0 ? Share.ALL : Share.SOME;
        var positive = bound.signum() <= 0 ? Share.NONE : Share.SOME;
        return new NumberSet(Decimals.atMost(bound, exclusive), negative, positive, List.of());
    }

    static NumberSet multiplesOf(BigDecimal step) {
        var least = step.stripTrailingZeros();
        if (least.unscaledValue().equals(BigInteger.ONE) && least.scale() >= 0) {
            return new NumberSet(Decimals.ofScale(least.scale()), Share.SOME, Share.SOME, List.of());
        }
        return new NumberSet(Decimals.ALL, Share.SOME, Share.SOME, List.of(new Step(least, true)));
    }

    NumberSet and(NumberSet other) {
        if (this.equals(ALL)) {
            return other;
        }
        if (other.equals(ALL)) {
            return this;
        }
        var both = new ArrayList<>(steps);
        other.steps.stream().filter(step -> !both.contains(step)).forEach(both::add);
        return new NumberSet(
                Decimals.and(plain, other.plain), negative.and(other.negative), positive.and(other.positive), both);
    }

    /** The same numbers in fewer sets: all without steps in one. */
    static List<NumberSet> union(List<NumberSet> sets) {
        if (sets.contains(ALL)) {
            return List.of(ALL);
        }
        var stepless = sets.stream().filter(set -> set.steps.isEmpty()).toList();
        if (stepless.size() < 2) {
            return sets;
        }
        var union = new ArrayList<NumberSet>();
        union.add(new NumberSet(
                new Regex.Union(stepless.stream().map(NumberSet::plain).toList()),
                either(stepless.stream().map(NumberSet::negative).toList()),
                either(stepless.stream().map(NumberSet::positive).toList()),
                List.of()));
        sets.stream().filter(set -> !set.steps.isEmpty()).forEach(union::add);
        return union;
    }

    private static Share either(List<Share> shares) {
        if (shares.contains(Share.ALL)) {
            return Share.ALL;
        }
        return shares.contains(Share.SOME) ? Share.SOME : Share.NONE;
    }

    /** All numbers that are not in the set, as sets. */
    List<NumberSet> not() {
        var others = new ArrayList<NumberSet>();
        if (!plain.equals(Decimals.ALL) || negative != Share.ALL || positive != Share.ALL) {
            if (steps.isEmpty() || !plain.equals(Decimals.ALL)) {
                others.add(new NumberSet(Decimals.not(plain), negative.not(), positive.not(), List.of()));
            }
        }
        for (var step : steps) {
            others.add(new NumberSet(Decimals.ALL, Share.SOME, Share.SOME, List.of(new Step(step.of, !step.multiple))));
        }
        return others;
    }
}
