package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Normal forms against Hugging Face's library, and for short texts against the JDK. */
final class NormalFormTest {
    /** Letters and marks that compose, are reordered, or are newer than the library's tables. */
    private static final List<String> PARTS = List.of(
            "a",
            "e",
            "ồ",
            "가",
            "ᄀ",
            "ᅡ",
            "ᆨ",
            "ﬁ",
            "Å",
            "\u0301",
            "\u0323",
            "\u0334",
            "\u0315",
            "\u0345",
            "\u05B0",
            "\u3099",
            "\u093C",
            "\u0344",
            "\u0F71",
            "\u0F73",
            "\u0F80",
            "\u0D3B",
            "\u1ABF",
            "\u1DFA",
            "\uD802\uDF49",
            "\uD806\uDD35",
            "\uD806\uDD30",
            "\uD801\uDDD2\u0307",
            "\u1E9B",
            "²",
            "か",
            "\u302E");

    @ParameterizedTest
    @EnumSource
    void isThatOfTheLibrary(Normalizer.Form form) {
        var random = new Random(3);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            texts.add(random.ints(random.nextInt(12), 0, PARTS.size())
                    .mapToObj(PARTS::get)
                    .collect(Collectors.joining()));
        }
        String all = String.join("\n", texts);
        try (var reference = ByteLibrary.with("{\"type\":\"" + form + "\"}", "")) {
            assertThat(NormalForm.of(all, form)).isEqualTo(reference.text(all));
        }
    }

    @ParameterizedTest
    @EnumSource
    void longRunsOfMarksAreOrderedAsShortOnes(Normalizer.Form form) {
        var random = new Random(4);
        String marks =
                random.ints(500, 0x300, 0x370).mapToObj(Character::toString).collect(Collectors.joining());
        for (String text : List.of("a" + marks + "b", marks, "x" + marks.substring(0, 65), marks + "\u0F71" + marks)) {
            assertThat(NormalForm.of(text, form)).isEqualTo(Normalizer.normalize(text, form));
        }
    }

    @Test
    void aMegabyteOfMarksTakesNoTime() {
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> assertThat(NormalForm.of("a" + "\u0301\u0323".repeat(250_000), Normalizer.Form.NFC))
                        .startsWith("ạ\u0323")
                        .endsWith("\u0301\u0301"));
    }

    /** Every character between others, to show its effect on its neighbours. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"NFKC\"}",
                "{\"type\":\"NFD\"}",
                "{\"type\":\"StripAccents\"}",
                "{\"type\":\"BertNormalizer\",\"clean_text\":true,\"handle_chinese_chars\":true,\"strip_accents\":true,\"lowercase\":false}"
            })
    void everyCharacterIsWhatTheLibraryMakesOfIt(String normalizer) {
        var all = new StringBuilder();
        IntStream.rangeClosed(1, Character.MAX_CODE_POINT)
                .filter(point -> point < 0xD800 || point > 0xDFFF)
                .filter(point -> point < 0x20000 || point > 0xDFFFF)
                .forEach(point -> all.append("a\u0315").appendCodePoint(point).append("\u0334 "));
        var ours = Normalization.of(new JsonReader(normalizer.getBytes(UTF_8)).object("normalizer"));
        try (var reference = ByteLibrary.with(normalizer, "")) {
            String expected = reference.text(all.toString());
            assertThat(Normalization.all(ours, all.toString()).split(" ", -1)).isEqualTo(expected.split(" ", -1));
        }
    }
}
