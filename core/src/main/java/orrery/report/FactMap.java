package orrery.report;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Values by property, while a spec is walked. */
final class FactMap {
    private final Map<Property, FactValue> values = new EnumMap<>(Property.class);

    void put(Property property, FactValue value) {
        values.put(property, value);
    }

    /** A number that is shown by its label alone. */
    void number(Property property, double number) {
        number(property, number, "");
    }

    /** A number with what a box says of it. */
    void number(Property property, double number, String brief) {
        put(property, FactValue.number(number, brief));
    }

    /** One of several ways. */
    void form(Property property, Object data, String words, String brief) {
        put(property, FactValue.form(data, words, brief));
    }

    /** Nothing of the kind. */
    void none(Property property) {
        put(property, FactValue.none());
    }

    /** Something that a model has or has not. */
    void flag(Property property, boolean has, String words, String brief) {
        put(
                property,
                has ? FactValue.form(true, words, brief) : FactValue.none().with(false));
    }

    /** A number that is 0 where there is no such thing. */
    void positive(Property property, double number, String brief) {
        var value = FactValue.of("some", FactValue.whole(number), Numbers.plain(number), brief);
        put(property, number > 0 ? value : FactValue.none());
    }

    Optional<FactValue> get(Property property) {
        return Optional.ofNullable(values.get(property));
    }

    Map<Property, FactValue> all() {
        return values;
    }
}
