package orrery.catalog;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;

/** The first difference between two specs, in words. Specs consist of records. */
final class SpecDifference {
    /** Numbers count as equal if they differ by no more than the precision of a float. */
    private static final double ROUNDING = 1e-6;

    private SpecDifference() {}

    /** Empty if there is none: {@code layers[3].mixer.op.reach is Window[tokens=8] and reads back as Full}. */
    static Optional<String> between(Record expected, Record actual) {
        return within("", expected, actual);
    }

    private static Optional<String> at(String path, Object expected, Object actual) {
        return switch (expected) {
            case Double one when actual instanceof Double other && near(one, other) -> Optional.empty();
            case Float one when actual instanceof Float other && near(one, other) -> Optional.empty();
            case Record one when one.getClass() == actual.getClass() -> within(path + ".", one, (Record) actual);
            case List<?> all
            when actual instanceof List<?> others && all.size() == others.size() -> {
                Optional<String> found = Optional.empty();
                for (int i = 0; i < all.size() && found.isEmpty(); i++) {
                    found = at(path + "[" + i + "]", all.get(i), others.get(i));
                }
                yield found;
            }
            case Optional<?> one
            when one.isPresent() && actual instanceof Optional<?> other && other.isPresent() ->
                at(path, one.get(), other.get());
            default ->
                expected.equals(actual)
                        ? Optional.empty()
                        : Optional.of(path + " is " + expected + " and reads back as " + actual);
        };
    }

    private static Optional<String> within(String prefix, Record expected, Record actual) {
        for (RecordComponent component : expected.getClass().getRecordComponents()) {
            var found = at(prefix + component.getName(), value(component, expected), value(component, actual));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static boolean near(double one, double other) {
        return one == other || Math.abs(one - other) <= ROUNDING * Math.max(Math.abs(one), Math.abs(other));
    }

    private static Object value(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " of a spec cannot be read", e);
        }
    }
}
