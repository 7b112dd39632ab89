package orrery.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetadataTest {
    @TempDir
    Path directory;

    @Test
    void readsEveryTypeThatAConfigurationHolds() {
        Metadata config = json("""
                {"hidden_size": 64, "rope_theta": 1e6, "tie": true, "model_type": "llama", "sizes": [1, 2.0, 3],
                 "factors": [1, 0.5], "layer_types": ["full", "sliding"], "rope_scaling": {"factor": 8.0}}""");
        assertThat(config.integer("hidden_size")).isEqualTo(64);
        assertThat(config.decimal("rope_theta")).isEqualTo(1e6);
        assertThat(config.flag("tie")).isTrue();
        assertThat(config.text("model_type")).isEqualTo("llama");
        assertThat(config.integers("sizes")).containsExactly(1, 2, 3);
        assertThat(config.decimals("factors")).containsExactly(1.0, 0.5);
        assertThat(config.texts("layer_types")).containsExactly("full", "sliding");
        assertThat(config.requireChild("rope_scaling").decimal("factor")).isEqualTo(8.0);
        assertThat(config.unread()).isEmpty();
    }

    @Test
    void takesAnIntegerForADecimalAndAWholeDecimalForAnInteger() {
        Metadata config = json("{\"a\": 3, \"b\": 2.0, \"c\": -0.0, \"d\": 9007199254740993}");
        assertThat(config.decimal("a")).isEqualTo(3.0);
        assertThat(config.integer("b")).isEqualTo(2);
        assertThat(config.integer("c")).isZero();
        assertThat(config.decimal("d")).isEqualTo(9007199254740992.0);
    }

    @Test
    void refusesAFractionWhereAnIntegerIsExpected() {
        refused(() -> json("{\"a\": 2.5}").integer("a"), "config.json: a is 2.5, expected an integer");
    }

    @Test
    void refusesIntegersOutOfRangeAtTheAccessorAndNotBefore() {
        Metadata config = json("""
                {"long": 2147483648, "huge": 1000000000000000019884624838656, "low": -2147483649, "real": 4e9}""");
        refused(() -> config.integer("long"), "long is 2147483648, expected an integer from -2147483648 to 2147483647");
        refused(() -> config.integer("huge"), "huge is 1000000000000000019884624838656, expected an integer");
        refused(() -> config.integer("low"), "low is -2147483649");
        refused(() -> config.integer("real"), "real is 4.0E9, expected an integer");
        assertThat(config.decimal("huge")).isEqualTo(1e30);
    }

    @Test
    void namesFileKeyValueAndExpectation() {
        Metadata config =
                json("{\"rope_theta\": \"abc\", \"list\": [1, \"x\", true], \"deep\": {\"er\": {\"flag\": 1}}}");
        refused(() -> config.decimal("rope_theta"), "config.json: rope_theta is \"abc\" (text), expected a number");
        refused(
                () -> config.integer("rope_theta", 3),
                "config.json: rope_theta is \"abc\" (text), expected an integer");
        refused(() -> config.flag("rope_theta"), "expected true or false");
        refused(() -> config.integers("list"), "config.json: list[1] is \"x\" (text), expected an integer");
        refused(() -> config.texts("list"), "config.json: list[0] is 1, expected a text");
        refused(() -> config.text("list"), "config.json: list is a list of 3, expected a text");
        refused(() -> config.texts("rope_theta"), "rope_theta is \"abc\" (text), expected a list of texts");
        refused(() -> config.child("list"), "config.json: list is a list of 3, expected an object");
        refused(() -> config.text("deep"), "config.json: deep is an object, expected a text");
        Metadata inner = config.requireChild("deep").requireChild("er");
        assertThat(inner.origin()).isEqualTo("config.json: deep.er");
        refused(() -> inner.flag("flag"), "config.json: deep.er.flag is 1, expected true or false");
        refused(() -> inner.text("name"), "config.json: deep.er.name is missing, expected a text");
    }

    @Test
    void refusesZeroAndOneAsFlags() {
        refused(() -> json("{\"a\": 0}").flag("a", true), "a is 0, expected true or false");
    }

    @Test
    void takesNullForAbsentWhereThereIsAFallback() {
        Metadata config = json("{\"nothing\": null, \"list\": [null]}");
        assertThat(config.has("nothing")).isFalse();
        assertThat(config.mentions("nothing")).isTrue();
        assertThat(config.mentions("absent")).isFalse();
        assertThat(config.integer("nothing", 7)).isEqualTo(7);
        assertThat(config.decimal("nothing", 7.5)).isEqualTo(7.5);
        assertThat(config.flag("nothing", true)).isTrue();
        assertThat(config.text("nothing", "x")).isEqualTo("x");
        assertThat(config.child("nothing")).isEmpty();
        refused(() -> config.integer("nothing"), "config.json: nothing is null, expected an integer");
        refused(() -> config.integer("absent"), "config.json: absent is missing, expected an integer");
        refused(() -> config.requireChild("nothing"), "nothing is null, expected an object");
        refused(() -> config.integers("list"), "list[0] is null, expected an integer");
    }

    @Test
    void saysOfWhichKindAValueIs() {
        Metadata config = json("{\"list\": [], \"number\": 1.5, \"text\": \"\", \"flag\": false, \"object\": {}}");
        assertThat(config.isList("list")).isTrue();
        assertThat(config.isNumber("number")).isTrue();
        assertThat(config.isText("text")).isTrue();
        assertThat(config.isFlag("flag")).isTrue();
        assertThat(config.isObject("object")).isTrue();
        assertThat(config.isList("number") || config.isNumber("text") || config.isText("flag"))
                .isFalse();
        assertThat(config.isFlag("object") || config.isObject("list") || config.isList("absent"))
                .isFalse();
    }

    @Test
    void listsTheKeysThatNobodyAskedFor() {
        Metadata config = json("""
                {"used": 1, "unused": 2, "opened": {"used": 1, "unused": 2, "inner": {"x": 1}}, "closed": {"x": 1},
                 "null": null}""");
        config.integer("used");
        config.requireChild("opened").integer("used");
        assertThat(config.child("opened")).containsSame(config.requireChild("opened"));
        assertThat(config.unread()).containsExactly("closed", "null", "opened.inner", "opened.unused", "unused");
        assertThat(config.keys()).containsExactly("closed", "null", "opened", "unused", "used");
    }

    @Test
    void remembersForEachReaderWhatThatReaderAskedFor() {
        var first = Metadata.of("config.json", Map.of("a", 1, "b", "text"));
        var second = first.anew();

        assertThat(second.integer("a")).isEqualTo(1);
        assertThat(second.origin()).isEqualTo("config.json");
        assertThat(second.unread()).containsExactly("b");
        assertThat(first.unread()).containsExactly("a", "b");
    }

    @Test
    void readsValuesAlreadyInMemory() {
        Map<String, Object> values =
                new HashMap<>(Map.of("i", 3, "f", 0.5f, "b", BigInteger.TWO, "l", List.of((short) 4)));
        values.put("n", null);
        Metadata metadata = Metadata.of("model.gguf", values);
        assertThat(metadata.integer("i")).isEqualTo(3);
        assertThat(metadata.decimal("f")).isEqualTo(0.5);
        assertThat(metadata.decimal("b")).isEqualTo(2.0);
        assertThat(metadata.integers("l")).containsExactly(4);
        assertThat(metadata.has("n")).isFalse();
        refused(() -> metadata.text("i"), "model.gguf: i is 3, expected a text");
    }

    @Test
    void saysWhereJsonIsBroken() {
        refused(() -> json("{\n  \"a\": 1,\n  oops}"), "config.json, line 3, column 3: not JSON: ");
        refused(() -> json("{\"a\": 1"), "config.json, line 1, column");
        refused(() -> json("{\"a\": 1} x"), "not JSON");
        refused(() -> json("{\"a\": 1} {}"), "config.json, line 1, column 10: something follows the JSON value");
        refused(() -> json("[1]"), "config.json, line 1, column 1: expected a JSON object");
        refused(() -> json("   "), "config.json, line 1, column 4: the JSON ends too early");
        refused(() -> json(""), "is empty, expected a JSON object");
        refused(() -> json("{\"a\": 01}"), "not JSON");
    }

    @Test
    void refusesAKeyGivenTwiceAtAnyDepth() {
        refused(
                () -> json("{\"a\": {\"b\": 1,\n \"b\": 1}}"),
                "config.json, line 2, column 2: the key \"b\" is given twice");
    }

    @Test
    void refusesNestingThatWouldExhaustTheStack() {
        refused(() -> json("{\"a\": " + "[".repeat(100_000)), "config.json, line 1, column");
        int within = JsonSource.DEEPEST - 1;
        assertThat(json("{\"a\": " + "[".repeat(within) + "]".repeat(within) + "}")
                        .isList("a"))
                .isTrue();
    }

    @Test
    void refusesNumbersBeyondRangeWithoutWritingThemOut() {
        refused(() -> json("{\"a\": 1e999999999}"), "the number 1e999999999 is beyond the range of a double");
        refused(() -> json("{\"a\": -1e999}"), "config.json, line 1, column 7: the number -1e999 is beyond");
        refused(() -> json("{\"a\": " + "9".repeat(1000) + "}"), "not JSON");
        assertThat(json("{\"a\": 1e-999999999}").decimal("a")).isZero();
    }

    @Test
    void readsPythonsInfinityButGivesItToNobody() {
        Metadata config = json("{\"limit\": [0.0, Infinity], \"nan\": NaN, \"low\": -Infinity}");
        assertThat(config.isList("limit")).isTrue();
        refused(() -> config.decimals("limit"), "limit[1] is Infinity, expected a finite number");
        refused(() -> config.decimal("nan"), "nan is NaN, expected a finite number");
        refused(() -> config.integer("nan"), "nan is NaN, expected an integer");
        refused(() -> config.integer("low"), "low is -Infinity, expected an integer");
    }

    @Test
    void readsUtf8StrictlyAndSkipsAByteOrderMark() {
        assertThat(json("\uFEFF{\"a\": \"größe\"}").text("a")).isEqualTo("größe");
        byte[] latin = "{\"a\": \"größe\"}".getBytes(StandardCharsets.ISO_8859_1);
        refused(() -> Metadata.readJson(written(latin)), "not UTF-8");
        refused(
                () -> Metadata.readJson(written("{\"a\": 1}".getBytes(StandardCharsets.UTF_16LE))),
                "config.json, line 1");
    }

    @Test
    void keepsHostileTextOutOfMessages() {
        Metadata config = json("{\"a\": \"\\u001b[31m\\n" + "x".repeat(10_000) + "\"}");
        assertThatThrownBy(() -> config.integer("a"))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250).doesNotContain("\n", "\u001b"));
    }

    @Test
    void refusesFilesThatAreAbsentOrNoFilesOrTooLong() throws IOException {
        refused(() -> Metadata.readJson(directory.resolve("none.json")), "none.json does not exist");
        refused(() -> Metadata.readJson(directory), "is a directory, expected a file");
        Path link = Files.createSymbolicLink(directory.resolve("link.json"), directory.resolve("gone"));
        refused(() -> Metadata.readJson(link), "link.json is a link to something that does not exist");
        Path file = written(new byte[(int) Metadata.LONGEST_FILE + 1]);
        refused(() -> Metadata.readJson(file), "is 16777217 bytes long, more than the 16777216");
    }

    @Test
    void readsEveryConfigurationOfTheGoldens() throws IOException {
        try (var models = Files.list(Path.of("src/test/resources/goldens"))) {
            assertThat(models.toList()).isNotEmpty().allSatisfy(model -> {
                Metadata config = Metadata.readJson(model.resolve("config.json"));
                assertThat(config.text("model_type")).isNotEmpty();
                assertThat(config.integer("vocab_size")).isPositive();
                assertThat(config.texts("architectures")).hasSize(1);
            });
        }
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(FormatException.class).hasMessageContaining(message);
    }

    private Metadata json(String text) {
        return Metadata.readJson(written(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Path written(byte[] bytes) {
        try {
            return Files.write(directory.resolve("config.json"), bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
