package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random schemas whose documents are bounded, each answered by random weights with three seeds. {@code
 * -Dorrery.held=1000} tries as many schemas, in some minutes.
 */
final class ManySchemasTest {
    private static final int SCHEMAS = Integer.getInteger("orrery.held", 30);
    private static final int SEEDS = 3;

    /** Schemas at a time: their grammars are in memory together. */
    private static final int GROUP = 10;

    private static final int CONTEXT = 1000;

    @TempDir
    private Path folder;

    @Test
    void nearlyAllAnswersFinishAndAllThatFinishAreValid() {
        var random = new Random(5);
        int finished = 0;
        try (var engine = Engine.open(
                DraftingModels.RANDOM.in(folder),
                EngineOptions.defaults().withContext(CONTEXT).withMaxSequences(GROUP * SEEDS))) {
            for (int done = 0; done < SCHEMAS; done += GROUP) {
                var schemas = IntStream.range(0, Math.min(GROUP, SCHEMAS - done))
                        .mapToObj(_ -> schema(random, 2))
                        .toList();
                finished += ConstraintsTest.finished(engine, schemas, 1, SEEDS, CONTEXT - 10);
            }
        }
        System.out.println(finished + " of " + SCHEMAS * SEEDS + " answers to " + SCHEMAS
                + " schemas finished, all of them valid");
        assertThat(finished).isGreaterThanOrEqualTo(SCHEMAS * SEEDS * 9 / 10);
    }

    private static String schema(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 13 : 9)) {
            case 0 -> "{\"type\":\"boolean\"}";
            case 1 -> {
                int least = random.nextInt(400) - 200;
                yield "{\"type\":\"integer\",\"minimum\":" + least + ",\"maximum\":" + (least + random.nextInt(300))
                        + "}";
            }
            case 2 -> "{\"type\":\"number\",\"exclusiveMinimum\":0,\"maximum\":1,\"multipleOf\":0.25}";
            case 3 -> {
                int least = random.nextInt(5);
                yield "{\"type\":\"string\",\"minLength\":" + least + ",\"maxLength\":" + (least + random.nextInt(9))
                        + "}";
            }
            case 4 ->
                "{\"type\":\"string\",\"pattern\":\"" + one(random, "^[a-f]{2,4}$", "^[0-9]{3}-x?$", "^(ab|é)+$")
                        + "\",\"maxLength\":8}";
            case 5 -> "{\"type\":\"string\",\"format\":\"" + one(random, "date", "time", "ipv4", "uuid") + "\"}";
            case 6 ->
                "{\"enum\":[\"" + one(random, "gqa", "mla", "\\\"") + "\"," + random.nextInt(50) + ",null,[1,{}]]}";
            case 7 -> "{\"const\":" + one(random, "{\"a\":[true]}", "\"x y\"", "-1.5") + "}";
            case 8 ->
                "{\"type\":[\"null\",\"integer\"],\"multipleOf\":7,\"minimum\":0,\"maximum\":" + random.nextInt(7, 200)
                        + "}";
            case 9 ->
                "{\"type\":\"array\",\"items\":" + schema(random, depth - 1) + ",\"minItems\":" + random.nextInt(2)
                        + ",\"maxItems\":" + random.nextInt(1, 4) + "}";
            case 10 -> "{\"anyOf\":[{\"type\":\"null\"}," + schema(random, depth - 1) + "]}";
            default -> object(random, depth);
        };
    }

    private static String object(Random random, int depth) {
        var properties = new ArrayList<String>();
        var required = new ArrayList<String>();
        for (String name : List.of("a", "name", "größe", "d")) {
            if (random.nextInt(3) > 0) {
                properties.add("\"" + name + "\":" + schema(random, depth - 1));
                if (random.nextBoolean()) {
                    required.add("\"" + name + "\"");
                }
            }
        }
        return properties.stream()
                .collect(Collectors.joining(
                        ",",
                        "{\"type\":\"object\",\"properties\":{",
                        "},\"required\":[" + String.join(",", required) + "],\"additionalProperties\":false}"));
    }

    private static String one(Random random, String... of) {
        return of[random.nextInt(of.length)];
    }
}
