package orrery.report;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The value of a property of a layer or a model.
 *
 * @param data for programs: a number, a boolean, a text, or maps and lists of them; empty where there is none
 * @param same equal where two models are alike in it, which may be less than all of {@code data}
 * @param computed equal where two models compute alike, though their files say it otherwise: rounded to a float, or as
 *     the divisors that a rule amounts to
 * @param words for a sentence or a table
 * @param brief for a box of a drawing, which has room for few words; empty for what goes without saying
 * @param form values of another form are built differently, others of the same form are of another size
 */
public record FactValue(Optional<Object> data, Object same, Object computed, String words, String brief, String form) {
    private static final String NONE = "none";

    /** What files can say in one way only. */
    FactValue(Optional<Object> data, Object same, String words, String brief, String form) {
        this(data, same, same, words, brief, form);
    }

    /** A number under its label. */
    static FactValue number(double number, String brief) {
        return new FactValue(Optional.of(whole(number)), number, (float) number, Numbers.plain(number), brief, "");
    }

    static Object whole(double number) {
        if (number != Math.rint(number) || Math.abs(number) >= 1L << 53) {
            return number;
        }
        return (int) number == number ? (Object) (int) number : (Object) (long) number;
    }

    /** One of several ways. */
    static FactValue form(Object data, String words, String brief) {
        return new FactValue(Optional.of(data), data, words, brief, words);
    }

    /** One of several ways, with numbers. */
    static FactValue of(String form, Object data, String words, String brief) {
        return new FactValue(Optional.of(data), data, words, brief, form);
    }

    /** A model has no such thing. */
    static FactValue none() {
        return none("");
    }

    /** A model has no such thing, which a box says. */
    static FactValue none(String brief) {
        return new FactValue(Optional.empty(), NONE, NONE, brief, NONE);
    }

    /** The same, alike with all values that have an equal {@code other}. */
    FactValue like(Object other) {
        return new FactValue(data, other, words, brief, form);
    }

    /** The same, computing alike with all values that have an equal {@code other}. */
    FactValue computing(Object other) {
        return new FactValue(data, same, other, words, brief, form);
    }

    /** The same with other data. */
    FactValue with(Object other) {
        return new FactValue(Optional.of(other), same, computed, words, brief, form);
    }

    public boolean isNone() {
        return form.equals(NONE);
    }

    OptionalDouble number() {
        return form.isEmpty() && data.isPresent() && data.get() instanceof Number number
                ? OptionalDouble.of(number.doubleValue())
                : OptionalDouble.empty();
    }
}
