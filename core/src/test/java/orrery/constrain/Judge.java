package orrery.constrain;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.regex.JDKRegularExpressionFactory;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/** The opinion of json-schema-validator, an implementation of JSON Schema that others use, formats included. */
final class Judge {
    private static final String WHITE_SPACE = "\\s\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff";

    private final Schema schema;

    Judge(String schema) {
        var config = SchemaRegistryConfig.builder()
                .regularExpressionFactory(pattern -> JDKRegularExpressionFactory.getInstance()
                        .getRegularExpression(withWhiteSpaceOfEcmaScript(pattern)))
                .build();
        var registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12, builder -> builder.schemaRegistryConfig(config));
        this.schema = registry.getSchema(schema, InputFormat.JSON);
    }

    /** In Java, {@code \s} is only the white space of ASCII; in JSON Schema's ECMA-262 it is all of Unicode. */
    private static String withWhiteSpaceOfEcmaScript(String pattern) {
        var out = new StringBuilder();
        boolean inClass = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\\' && i + 1 < pattern.length()) {
                char next = pattern.charAt(++i);
                if (next == 's') {
                    out.append(inClass ? WHITE_SPACE : "[" + WHITE_SPACE + "]");
                } else {
                    out.append(c).append(next);
                }
            } else {
                inClass = c == '[' || (inClass && c != ']');
                out.append(c);
            }
        }
        return out.toString();
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
