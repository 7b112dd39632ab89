package orrery.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random schemas, whose grammars must agree with json-schema-validator about documents. */
final class RandomSchemasTest {
    private static final int SCHEMAS = Integer.getInteger("orrery.schemas", 60);
    private static final int DOCUMENTS = 12;

    private int kept;
    private int valid;
    private int invalid;

    @Test
    void aGrammarHasTheDocumentsThatAValidatorAccepts() {
        int first = Integer.getInteger("orrery.schemas.seed", 1);
        for (int seed = first; seed < first + SCHEMAS; seed++) {
            check(seed);
        }
        assertThat(kept).as("schemas that can be kept").isGreaterThan(SCHEMAS / 2);
        assertThat(valid).as("changed documents that are valid").isGreaterThan(SCHEMAS);
        assertThat(invalid).as("changed documents that are not").isGreaterThan(SCHEMAS);
    }

    private void check(int seed) {
        var random = new Random(seed);
        var schemas = new RandomSchemas(random);
        String schema = PlainJson.of(schemas.document());
        Grammar grammar;
        try {
            grammar = JsonSchema.of(schema, SchemaOptions.STRICT).grammar();
        } catch (SchemaException e) {
            return;
        }
        kept++;
        var judge = new Judge(schema);
        var writer = new SentenceWriter(grammar, random);
        var reader = new SentenceReader(grammar);
        for (int i = 0; i < DOCUMENTS; i++) {
            var sentence = writer.sentence();
            if (sentence.isEmpty()) {
                continue;
            }
            String document = sentence.get();
            assertThat(judge.complaint(document).orElse(""))
                    .as("seed %d: %s as %s", seed, document, schema)
                    .isEmpty();
            assertThat(reader.accepts(document))
                    .as("seed %d: %s", seed, document)
                    .isTrue();
            if (!repeatsAName(document)) {
                compare(schemas.changed(JsonValue.read(document)), judge, reader, "seed " + seed + ": " + schema);
            }
        }
    }

    private static boolean repeatsAName(String document) {
        try {
            JsonValue.read(document);
            return false;
        } catch (SchemaException e) {
            return true;
        }
    }

    private void compare(JsonValue value, Judge judge, SentenceReader reader, String as) {
        String document = PlainJson.of(value);
        var opinion = judge.complaint(document);
        if (opinion.isEmpty()) {
            return;
        }
        String complaint = opinion.get();
        if (complaint.isEmpty()) {
            valid++;
        } else {
            invalid++;
        }
        assertThat(reader.accepts(document))
                .as("%s allows %s, of which the validator says: %s", as, document, complaint)
                .isEqualTo(complaint.isEmpty());
    }
}
