package orrery.constrain;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/** The opinion of json-schema-validator, an implementation of JSON Schema that others use, formats included. */
final class Judge {
    private final Schema schema;

    Judge(String schema) {
        var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        this.schema = registry.getSchema(schema, InputFormat.JSON);
    }

    /**
     * What is wrong with a document: an empty text if it is valid, nothing if the validator cannot tell, which holds
     * for some numbers beyond a long.
     */
    Optional<String> complaint(String document) {
        try {
            var errors = schema.validate(
                    document,
                    InputFormat.JSON,
                    context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
            return Optional.of(
                    String.join("; ", errors.stream().map(Object::toString).toList()));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
