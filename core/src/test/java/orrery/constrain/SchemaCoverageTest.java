package orrery.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * How many schemas of a folder can be kept, and whether they are. The folder, which {@code ORRERY_SCHEMAS} names, has one
 * schema with its instances in each file, as MaskBench (arXiv 2501.10868) has them:
 * {@code {"schema": …, "tests": [{"data": …, "valid": true}]}}.
 */
final class SchemaCoverageTest {
    /** What became of one file. */
    private enum Outcome {
        PASSES,
        REFUSED,
        WITHOUT_INSTANCES,
        WITHOUT_INSTANCES_REFUSED,
        FORBIDS_A_VALID_INSTANCE,
        ALLOWS_AN_INVALID_INSTANCE
    }

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

    private void count(Path file) {
        Json content;
        try {
            content = Json.read(Files.readString(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        var outcome = outcome(file, ((Json.Members) content).members());
        outcomes.merge(outcome, 1, Integer::sum);
        if (outcome == Outcome.FORBIDS_A_VALID_INSTANCE || outcome == Outcome.ALLOWS_AN_INVALID_INSTANCE) {
            wrong.add(outcome + " " + file.getFileName());
        }
    }

    private Outcome outcome(Path file, Map<String, Json> content) {
        var tests = content.get("tests") instanceof Json.Items(var items) ? items : List.<Json>of();
        Optional<Grammar> grammar = compiled(file, content.getOrDefault("schema", Json.Word.TRUE));
        if (grammar.isEmpty()) {
            return tests.isEmpty() ? Outcome.WITHOUT_INSTANCES_REFUSED : Outcome.REFUSED;
        }
        var reader = new SentenceReader(grammar.get());
        var outcome = tests.isEmpty() ? Outcome.WITHOUT_INSTANCES : Outcome.PASSES;
        for (var test : tests) {
            var members = ((Json.Members) test).members();
            boolean valid = members.get("valid") == Json.Word.TRUE;
            String text = PlainJson.of(members.getOrDefault("data", Json.Word.NULL));
            int read = reader.read(Texts.utf8(text));
            if (read > Texts.utf8(text).length != valid) {
                wrong.add("%s %s at %d: %s"
                        .formatted(file.getFileName(), valid ? "forbids" : "allows", read, text.substring(
                                0, Math.min(text.length(), 400))));
                outcome = valid && outcome != Outcome.ALLOWS_AN_INVALID_INSTANCE
                        ? Outcome.FORBIDS_A_VALID_INSTANCE
                        : Outcome.ALLOWS_AN_INVALID_INSTANCE;
            }
        }
        return outcome;
    }

    private Optional<Grammar> compiled(Path file, Json schema) {
        long begin = System.nanoTime();
        try {
            return Optional.of(JsonSchema.of(schema, SchemaOptions.STRICT).grammar());
        } catch (SchemaException e) {
            String keyword = e.pointer().substring(e.pointer().lastIndexOf('/') + 1);
            String sentence = String.valueOf(e.getMessage()).substring(e.pointer().length() + 3);
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
                nanos.get(nanos.size() / 2) / 1e6,
                nanos.get((int) (nanos.size() * 0.99)) / 1e6,
                nanos.getLast() / 1e6);
    }
}
