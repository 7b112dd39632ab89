package orrery.server.api;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The fields of an endpoint. Requests, {@code /openapi.json} and the documentation all use this table. */
public final class FieldTable {
    private final Map<String, Field> fields = new LinkedHashMap<>();

    FieldTable honoured(String name, String note) {
        return with(new Field(name, Field.Use.HONOURED, note));
    }

    FieldTable withoutEffect(String... names) {
        for (String name : names) {
            with(new Field(name, Field.Use.WITHOUT_EFFECT, "accepted, without effect here"));
        }
        return this;
    }

    FieldTable refused(String name, String why) {
        return with(new Field(name, Field.Use.REFUSED, why));
    }

    /** Adds all fields of another table. */
    FieldTable and(FieldTable other) {
        other.fields.values().forEach(this::with);
        return this;
    }

    private FieldTable with(Field field) {
        if (fields.put(field.name(), field) != null) {
            throw new IllegalArgumentException("the field " + field.name() + " stands twice in a table");
        }
        return this;
    }

    /** The field with a name. */
    public Optional<Field> find(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /** All fields, in the documentation's order. */
    public Collection<Field> all() {
        return fields.values();
    }
}
