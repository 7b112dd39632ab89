package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import orrery.OrreryException;

/** Answers that follow schemas and grammars, from a trained model and from random weights. */
final class ConstraintsTest {
    /** Schemas whose documents are bounded, of every kind of value. */
    static final List<String> SCHEMAS = List.of(
            "{\"type\": \"boolean\"}",
            "{\"const\": {\"a\": [1, null, \"x\\\"y\"]}}",
            "{\"enum\": [\"mla\", \"gqa\", 3, null]}",
            "{\"type\": \"integer\", \"minimum\": -20, \"maximum\": 1500}",
            "{\"type\": \"number\", \"exclusiveMinimum\": 0, \"maximum\": 1}",
            "{\"type\": \"string\", \"minLength\": 2, \"maxLength\": 9}",
            "{\"type\": \"string\", \"pattern\": \"^[A-Z]{2}-[0-9]{1,3}$\"}",
            "{\"type\": \"string\", \"format\": \"date\"}",
            "{\"type\": [\"integer\", \"null\"], \"multipleOf\": 5, \"minimum\": 0, \"maximum\": 100}",
            "{\"type\": \"array\", \"items\": {\"enum\": [1, 22]}, \"minItems\": 1, \"maxItems\": 4}",
            "{\"type\": \"array\", \"prefixItems\": [{\"type\": \"boolean\"}, {\"enum\": [\"x\"]}], \"items\": false, \"minItems\": 2}",
            "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"boolean\"}, \"b\": {\"enum\": [1]}},"
                    + " \"required\": [\"a\"], \"additionalProperties\": false}",
            "{\"type\": \"object\", \"properties\": {\"name\": {\"type\": \"string\", \"maxLength\": 8}, \"deep\": {\"type\": \"object\","
                    + " \"properties\": {\"n\": {\"type\": \"integer\", \"minimum\": 0, \"maximum\": 9}}, \"required\": [\"n\"],"
                    + " \"additionalProperties\": false}}, \"required\": [\"name\", \"deep\"], \"additionalProperties\": false}",
            "{\"anyOf\": [{\"type\": \"null\"}, {\"type\": \"object\", \"properties\": {\"k\": {\"const\": \"v\"}},"
                    + " \"required\": [\"k\"], \"additionalProperties\": false}]}",
            "{\"$defs\": {\"t\": {\"type\": \"object\", \"properties\": {\"v\": {\"enum\": [7]}, \"next\": {\"anyOf\":"
                    + " [{\"type\": \"null\"}, {\"$ref\": \"#/$defs/t\"}]}}, \"required\": [\"v\", \"next\"],"
                    + " \"additionalProperties\": false}}, \"$ref\": \"#/$defs/t\"}");

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static Engine demo;

    @BeforeAll
    static void open() {
        demo = Demo.open();
    }

    @AfterAll
    static void close() {
        demo.close();
    }

    private static String text(Engine engine, Request request) {
        try (var session = engine.submit(request)) {
            return session.text();
        }
    }

    private static void requireValid(String schema, String document) {
        var judge = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema, InputFormat.JSON);
        assertThat(judge.validate(
                        document,
                        InputFormat.JSON,
                        context -> context.executionConfig(config -> config.formatAssertionsEnabled(true))))
                .as("%s is valid for %s", document, schema)
                .isEmpty();
    }

    /** Answers to every schema with every seed; returns how many have finished, all of which are valid. */
    static int finished(Engine engine, List<String> among, double temperature, int seeds, int most) {
        var sessions = new ArrayList<Session>();
        var schemas = new ArrayList<String>();
        for (String schema : among) {
            var constraint = engine.constraints().jsonSchema(schema);
            for (int seed = 0; seed < seeds; seed++) {
                schemas.add(schema);
                sessions.add(engine.submit(Request.of(2, 100, 101)
                        .withSampling(
                                Sampling.PLAIN.withTemperature(temperature).withSeed(seed))
                        .withMaxTokens(most)
                        .withConstraint(constraint)));
            }
        }
        int finished = 0;
        for (int i = 0; i < sessions.size(); i++) {
            try (var session = sessions.get(i)) {
                String document = session.text();
                if (session.finishReason() == FinishReason.STOP) {
                    finished++;
                    requireValid(schemas.get(i), document);
                } else {
                    assertThat(session.finishReason()).isEqualTo(FinishReason.LENGTH);
                }
            }
        }
        return finished;
    }

    @Test
    void everyFinishedAnswerOfATrainedModelIsValid() {
        assertThat(finished(demo, SCHEMAS, 2, 3, 200)).isGreaterThan(SCHEMAS.size() * 3 * 9 / 10);
    }

    @Test
    void everyFinishedAnswerOfRandomWeightsIsValid() {
        var model = DraftingModels.RANDOM.in(folder.resolve("held"));
        try (var engine =
                Engine.open(model, EngineOptions.defaults().withContext(256).withMaxSequences(16))) {
            assertThat(finished(engine, SCHEMAS, 1, 4, 240)).isGreaterThan(SCHEMAS.size() * 4 / 2);
        }
    }

    @ParameterizedTest
    @EnumSource(DraftingModels.class)
    void theTextIsTheSameWhateverIsGuessed(DraftingModels which) {
        var model = which.in(folder);
        var options = EngineOptions.defaults().withContext(256).withMaxSequences(4);
        try (var plain = Engine.open(model, options);
                var guessing = Engine.open(model, options.withSpeculation(Speculation.MTP))) {
            for (String schema : SCHEMAS) {
                var request = Request.of(2, 100, 101).withMaxTokens(60);
                assertThat(text(
                                guessing,
                                request.withConstraint(guessing.constraints().jsonSchema(schema))))
                        .isEqualTo(text(
                                plain,
                                request.withConstraint(plain.constraints().jsonSchema(schema))));
            }
        }
    }

    @Test
    void forcedTextTakesNoPassAndIsTheSame() {
        String schema =
                "{\"type\": \"object\", \"properties\": {\"the attention of this model\": {\"type\": \"boolean\"},"
                        + " \"the number of its key-value heads\": {\"enum\": [1, 2, 128]}},"
                        + " \"required\": [\"the attention of this model\", \"the number of its key-value heads\"],"
                        + " \"additionalProperties\": false}";
        var request = demo.chat("Which attention does DeepSeek V3 use?")
                .withConstraint(demo.constraints().jsonSchema(schema));
        // With log probabilities each token has a pass of its own.
        String passes = text(demo, request.withLogprobs(0));
        long before = demo.statistics().steps();
        try (var session = demo.submit(request)) {
            assertThat(session.text()).isEqualTo(passes);
            requireValid(schema, passes);
            long steps = demo.statistics().steps() - before;
            assertThat(session.tokens()).hasSize(session.usage().generatedTokens());
            assertThat(steps).isLessThan(session.tokens().length * 2L / 3);
        }
    }

    @Test
    void aCutAnswerIsTheBeginningOfOne() {
        String schema = "{\"type\": \"array\", \"items\": {\"const\": \"ab\"}, \"minItems\": 50}";
        for (int most : new int[] {1, 2, 7, 30}) {
            var request = Request.of(demo.promptOf("It was"))
                    .withMaxTokens(most)
                    .withConstraint(demo.constraints().jsonSchema(schema));
            try (var session = demo.submit(request)) {
                String text = session.text();
                assertThat(session.finishReason()).isEqualTo(FinishReason.LENGTH);
                assertThat(session.tokens()).hasSize(most);
                assertThat(text.replaceAll("\\s", "") + "\"ab\"").matches("\\[?(\"ab\",)*\"?(ab?)?\"?,?\"ab\"");
            }
        }
    }

    private static void requireMatch(Supplier<TokenConstraint> constraint, String expression) {
        IntStream.range(0, 4).forEach(seed -> {
            var request = Request.of(demo.promptOf("It was"))
                    .withSampling(Sampling.PLAIN.withTemperature(3).withSeed(seed))
                    .withMaxTokens(80)
                    .withConstraint(constraint);
            try (var session = demo.submit(request)) {
                String text = session.text();
                assertThat(session.finishReason()).isEqualTo(FinishReason.STOP);
                assertThat(text).matches(expression);
            }
        });
    }

    @Test
    void expressionsGrammarsAndChoices() {
        requireMatch(demo.constraints().regex("[a-f]{3,5}(-[0-9]{1,2}){2}!"), "[a-f]{3,5}(-[0-9]{1,2}){2}!");
        requireMatch(demo.constraints().gbnf("root ::= \"<\" [xyz]{1,4} \">\" | \"日本\""), "<[xyz]{1,4}>|日本");
        requireMatch(demo.constraints().choice(List.of("yes", "no", "I do not know")), "yes|no|I do not know");
    }

    @Test
    void whatCannotBeKeptIsRefusedByItsPlace() {
        assertThatThrownBy(() -> demo.constraints().jsonSchema("{\"properties\": {\"a\": {\"type\": \"text\"}}}"))
                .isInstanceOf(OrreryException.class)
                .hasMessageContaining("#/properties/a/type");
        assertThatThrownBy(() -> demo.constraints().gbnf("root ::= \"a\"\nb ::= (\n"))
                .isInstanceOf(OrreryException.class)
                .hasMessageContaining("line");
        assertThatThrownBy(() -> demo.constraints().regex("a(")).isInstanceOf(OrreryException.class);
    }

    @Test
    void constrainedAnswersAndFreeOnesRunTogether() {
        var free = Request.of(demo.promptOf("It was")).withMaxTokens(40);
        String alone = text(demo, free);
        var held = free.withConstraint(demo.constraints().jsonSchema(SCHEMAS.get(12)));
        String heldAlone = text(demo, held);
        var sessions = IntStream.range(0, 8)
                .mapToObj(i -> demo.submit(i % 2 == 0 ? free : held))
                .toList();
        for (int i = 0; i < sessions.size(); i++) {
            assertThat(sessions.get(i).text()).isEqualTo(i % 2 == 0 ? alone : heldAlone);
            sessions.get(i).close();
        }
    }
}
