package orrery.constrain;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

/** The opinion of json-schema-validator, an implementation of JSON Schema that others use, formats included. */
final class Judge {
    private final Schema schema;

    Judge(String schema) {
        var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        this.schema = registry.getSchema(schema, InputFormat.JSON);
    }

    boolean isValid(String document) {
        return complaint(document).isEmpty();
    }

    /** What is wrong with a document; nothing if it is valid. */
    String complaint(String document) {
        var errors = schema.validate(
                document,
                InputFormat.JSON,
                context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
        return String.join("; ", errors.stream().map(Object::toString).toList());
    }
}
