package orrery.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * How many schemas of a folder can be kept, and whether they are. The folder, which {@code ORRERY_SCHEMAS} names, has
 * one schema with its instances in each file, as MaskBench (arXiv 2501.10868) has them: {@code {"schema": …, "tests":
 * [{"data": …, "valid": true}]}}.
 */
final class SchemaCoverageTest {
    /** What became of one file. */
    private enum Outcome {
        PASSES,
        REFUSED,
        BEYOND_THE_LIMITS,
        WITHOUT_INSTANCES,
        WITHOUT_INSTANCES_REFUSED,
        FORBIDS_A_VALID_INSTANCE,
        ALLOWS_AN_INVALID_INSTANCE
    }

    /** A vocabulary of all bytes. */
    private static final TokenTrie BYTES = TokenTrie.of(256, b -> new byte[] {(byte) b});

    /** The usual limits, except that time is not counted, since machines differ. */
    private static final CompileLimits LIMITS = new CompileLimits(
            Duration.ofMinutes(1),
            CompileLimits.DEFAULT.steps(),
            CompileLimits.DEFAULT.stateBytes(),
            CompileLimits.DEFAULT.maskBytes());

    private final Map<Outcome, Integer> outcomes = new TreeMap<>();
    private final Map<String, Integer> reasons = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();

    @Test
    void noSchemaThatIsAcceptedAllowsAnInvalidInstance() throws IOException {
        String folder = System.getenv("ORRERY_SCHEMAS");
        Assumptions.assumeTrue(folder != null, "ORRERY_SCHEMAS names no folder");
        try (var files = Files.list(Path.of(folder))) {
            files.filter(file -> file.toString().endsWith(".json")).sorted().forEach(this::count);
        }
        report();
        assertThat(outcomes).doesNotContainKey(Outcome.ALLOWS_AN_INVALID_INSTANCE);
    }

    /** Random documents of every grammar, which json-schema-validator judges. */
    @Test
    void whatTheGrammarsOfAcceptedSchemasWriteIsValid() throws IOException {
        String folder = System.getenv("ORRERY_SCHEMAS");
        Assumptions.assumeTrue(folder != null, "ORRERY_SCHEMAS names no folder");
        int written = 0;
        try (var files = Files.list(Path.of(folder))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".json")).sorted().toList()) {
                written += written(file);
            }
        }
        wrong.forEach(System.out::println);
        System.out.println("WRITTEN " + written);
        assertThat(wrong).isEmpty();
    }

    private int written(Path file) throws IOException {
        var content = ((JsonValue.Members) JsonValue.read(Files.readString(file))).members();
        var schema = content.getOrDefault("schema", JsonValue.Word.TRUE);
        var grammar = compiled(file, schema);
        if (grammar.isEmpty()) {
            return 0;
        }
        int written = 0;
        try {
            var judge = new Judge(PlainJson.of(schema));
            var writer = new SentenceWriter(grammar.get(), new Random(1));
            for (int i = 0; i < 3; i++) {
                var document = writer.sentence();
                String complaint = document.flatMap(judge::complaint).orElse("");
                written += document.isPresent() ? 1 : 0;
                if (!complaint.isEmpty()) {
                    wrong.add(file.getFileName() + " " + complaint + ": " + document.orElse(""));
                }
            }
        } catch (com.networknt.schema.SchemaException e) {
            System.out.println(file.getFileName() + " " + e.getMessage()); // the validator cannot read the schema
        }
        return written;
    }

    private void count(Path file) {
        JsonValue content;
        try {
            content = JsonValue.read(Files.readString(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        Outcome outcome;
        try {
            outcome = outcome(file, ((JsonValue.Members) content).members());
        } catch (GrammarException e) {
            wrong.add(file.getFileName() + " " + e.getMessage());
            outcome = Outcome.BEYOND_THE_LIMITS;
        }
        outcomes.merge(outcome, 1, Integer::sum);
        if (outcome == Outcome.FORBIDS_A_VALID_INSTANCE || outcome == Outcome.ALLOWS_AN_INVALID_INSTANCE) {
            wrong.add(outcome + " " + file.getFileName());
        }
    }

    private Outcome outcome(Path file, Map<String, JsonValue> content) {
        var tests = content.get("tests") instanceof JsonValue.Items(var items) ? items : List.<JsonValue>of();
        Optional<Grammar> grammar = compiled(file, content.getOrDefault("schema", JsonValue.Word.TRUE));
        if (grammar.isEmpty()) {
            return tests.isEmpty() ? Outcome.WITHOUT_INSTANCES_REFUSED : Outcome.REFUSED;
        }
        var compiled = CompiledGrammar.compile(grammar.get(), BYTES, LIMITS);
        var outcome = tests.isEmpty() ? Outcome.WITHOUT_INSTANCES : Outcome.PASSES;
        for (var test : tests) {
            var members = ((JsonValue.Members) test).members();
            boolean valid = members.get("valid") == JsonValue.Word.TRUE;
            String text = PlainJson.of(members.getOrDefault("data", JsonValue.Word.NULL));
            int read = read(compiled.matcher(), Texts.utf8(text));
            if (read > Texts.utf8(text).length != valid) {
                wrong.add("%s %s at %d: %s"
                        .formatted(
                                file.getFileName(),
                                valid ? "forbids" : "allows",
                                read,
                                text.substring(0, Math.min(text.length(), 400))));
                outcome = valid && outcome != Outcome.ALLOWS_AN_INVALID_INSTANCE
                        ? Outcome.FORBIDS_A_VALID_INSTANCE
                        : Outcome.ALLOWS_AN_INVALID_INSTANCE;
            }
        }
        return outcome;
    }

    /** How many bytes of the text can begin a document; one more if all of it is one. */
    private static int read(GrammarMatcher matcher, byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (!matcher.allows(text[i] & 0xFF)) {
                return i;
            }
            matcher.accept(text[i] & 0xFF);
        }
        return matcher.mayEnd() ? text.length + 1 : text.length;
    }

    private Optional<Grammar> compiled(Path file, JsonValue schema) {
        long begin = System.nanoTime();
        try {
            return Optional.of(JsonSchema.of(schema, SchemaOptions.STRICT).grammar());
        } catch (SchemaException e) {
            String keyword = e.pointer().substring(e.pointer().lastIndexOf('/') + 1);
            String sentence =
                    String.valueOf(e.getMessage()).substring(e.pointer().length() + 3);
            reasons.merge(keyword + ": " + sentence, 1, Integer::sum);
            if (Boolean.getBoolean("orrery.schemas.refused")) {
                wrong.add(file.getFileName() + " " + e.getMessage());
            }
            return Optional.empty();
        } finally {
            long took = System.nanoTime() - begin;
            nanos.add(took);
            if (took > 300_000_000) {
                wrong.add(file.getFileName() + " took " + took / 1_000_000 + " ms");
            }
        }
    }

    private void report() {
        wrong.forEach(System.out::println);
        reasons.entrySet().stream()
                .sorted((a, b) -> b.getValue() - a.getValue())
                .limit(Integer.getInteger("orrery.schemas.reasons", 25))
                .forEach(reason -> System.out.println(reason.getValue() + " refused: " + reason.getKey()));
        outcomes.forEach((outcome, count) -> System.out.println(outcome + " " + count));
        nanos.sort(null);
        System.out.printf(
                "compiled in %.2f ms (median), %.2f ms (99 of 100), %.2f ms (longest)%n",
                nanos.get(nanos.size() / 2) / 1e6, nanos.get((int) (nanos.size() * 0.99)) / 1e6, nanos.getLast() / 1e6);
    }
}
