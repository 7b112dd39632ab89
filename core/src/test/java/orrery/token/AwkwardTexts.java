package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Texts on which tokenizers differ: scripts, white space, numbers, code, emoji, marks, control characters, unpaired
 * surrogates, and the tokenizer's own added tokens. The same seed gives the same texts everywhere.
 *
 * <p>Its main method writes the texts {@linkplain #forJudges for reference tokenizers} to a file, one JSON string per
 * line; unpaired surrogates are then U+FFFD, which tokenizers read in their place.
 */
final class AwkwardTexts {
    static final int COUNT = 2400;
    private static final long SEED = 20_250;

    private static final List<String> WORDS = List.of(
            "the",
            "The",
            "THE",
            "hello",
            "eBay",
            "iOS17",
            "don't",
            "WE'LL",
            "he's",
            "I'D",
            "it'S",
            "rock'n'roll",
            "naïve",
            "café",
            "Zürich",
            "straße",
            "ﬁnal",
            "ĳs",
            "Ωμέγα",
            "ὈΔΥΣΣΕΎΣ",
            "привет",
            "МОСКВА",
            "ёлка",
            "שָׁלוֹם",
            "مرحبا",
            "العَرَبِيَّة",
            "हिन्दी",
            "नमस्ते",
            "বাংলা",
            "ไทย",
            "ភាសាខ្មែរ",
            "日本語",
            "こんにちは",
            "カタカナ",
            "漢字かな交じり文",
            "中文字符",
            "繁體",
            "한국어",
            "안녕하세요",
            "ქართული",
            "հայերեն",
            "ᏣᎳᎩ",
            "ⴰⵎⴰⵣⵉⵖ",
            "Ǆ",
            "ǅ",
            "İstanbul",
            "ılık",
            "ſ",
            "'ſ",
            "K",
            "ß",
            "ẞ");

    private static final List<String> SPACES = List.of(
            " ", "  ", "   ", "       ", "\n", "\n\n", "\r\n", "\r", "\t", "\t\t", " \n", "\n ", " \n \n ", "\u00A0",
            "\u3000", "\u2028", "\u2029", "\u0085", "\u000B", "\f", "\u1680", "\u2003", "\u200B", "\uFEFF", "\u180E",
            "\u001C", "\u202F", "▁", "▁▁", " ▁");

    private static final List<String> NUMBERS = List.of(
            "0",
            "7",
            "42",
            "123",
            "1234",
            "12345",
            "1000000",
            "3.14159",
            "1,234,567.89",
            "0x1F",
            "1e-5",
            "½",
            "4 ½",
            "²",
            "x³",
            "Ⅷ",
            "٣٤٥",
            "१२३",
            "１２３",
            "㊿",
            "𝟘𝟙𝟚",
            "2024-07-04",
            "99%",
            "$5",
            "£3",
            "№ 5");

    private static final List<String> CODE = List.of(
            "int main() { return 0; }",
            "for (i=0;i<n;++i)\n\t",
            "def f(x):\n    return x**2\n",
            "<div class=\"a\">",
            "</p>",
            "<h1>",
            "a->b::c",
            "!==",
            "/*",
            "//",
            "\\n",
            "{{ x }}",
            "#include <stdio.h>",
            "SELECT * FROM t;",
            "x_y_z",
            "__init__",
            "https://a.b/c?d=e&f=g",
            "@user",
            "...",
            "--",
            "!!!",
            "?!",
            "''",
            "\"",
            "`",
            "“quoted”",
            "‘s",
            "’s",
            "'s",
            "'S",
            "'re",
            "'LL",
            "'",
            "~/",
            "/\n",
            "/\r\n",
            ">▁</",
            "¿¡");

    private static final List<String> PICTURES = List.of(
            "😀",
            "🦙",
            "👨‍👩‍👧‍👦",
            "🏳️‍🌈",
            "👍🏽",
            "🇩🇪",
            "❤️",
            "☃",
            "✓",
            "→",
            "∑",
            "€",
            "♥︎",
            "\uD83E\uDEE8",
            "\uD83E\uDEEA",
            "𝒳",
            "𐍈",
            "🀄",
            "\uDB40\uDC67");

    private static final List<String> MARKS = List.of(
            "\u0301",
            "e\u0301",
            "a\u0308\u0301",
            "\u0323\u0307s",
            "q\u0307\u0323",
            "\u20DD",
            "\u0345",
            "\u3099",
            "\u093C",
            "\u0E33",
            "\u1E9B\u0323",
            "\u212B",
            "\u2126",
            "\uAC00\u11A8",
            "\u1100\u1161",
            "\uFB1D",
            "\u0340",
            "\u0374",
            "\u037E",
            "\u1F71",
            "\u200D",
            "\u200C",
            "\uFE0F");

    private static final List<String> CONTROLS = List.of(
            "\0",
            "\u0001",
            "\u0007",
            "\u001B[31m",
            "\u007F",
            "\u0080",
            "\u00AD",
            "\uFFFD",
            "\uFFFE",
            "\uFFFF",
            "\uFDD0",
            "\uE000",
            "\u202E",
            "\u0378",
            "\uD83D",
            "\uDE00",
            "\uDE00\uD83D",
            "\uDBFF\uDFFF");

    private final Random random;
    private final List<String> added;

    private AwkwardTexts(List<String> added) {
        this.added = added;
        random = new Random(SEED);
    }

    /** @param added texts of added tokens, some of which are inserted; may be empty */
    static List<String> with(List<String> added) {
        var texts = new AwkwardTexts(added);
        List<String> all = new ArrayList<>(List.of("", " ", "a", "\n", "ied 4 ½ months", "Hello, world!"));
        while (all.size() < COUNT) {
            all.add(texts.next());
        }
        return all;
    }

    private String next() {
        var text = new StringBuilder();
        int parts = 1 + random.nextInt(random.nextInt(10) == 0 ? 120 : 14);
        for (int i = 0; i < parts; i++) {
            text.append(part());
            if (random.nextInt(3) > 0) {
                text.append(random.nextInt(4) > 0 ? " " : one(SPACES));
            }
        }
        return text.toString();
    }

    private String part() {
        return switch (random.nextInt(14)) {
            case 0, 1, 2, 3 -> one(WORDS);
            case 4 -> one(SPACES).repeat(1 + random.nextInt(5));
            case 5 -> one(NUMBERS);
            case 6 -> one(CODE);
            case 7 -> one(PICTURES);
            case 8 -> one(MARKS);
            case 9 -> one(CONTROLS);
            case 10 -> added.isEmpty() ? one(CODE) : one(added);
            case 11 -> one(WORDS).repeat(1 + random.nextInt(30));
            case 12 -> letters();
            default -> anything();
        };
    }

    private String one(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String letters() {
        return random.ints(1 + random.nextInt(12), 'a', 'z' + 1)
                .mapToObj(letter -> Character.toString(random.nextInt(5) == 0 ? letter - 32 : letter))
                .collect(Collectors.joining());
    }

    /** Characters of the planes that have any, assigned before Unicode 13, which all reference tokenizers know. */
    private String anything() {
        return random.ints(1 + random.nextInt(6), 0, 0x1FA00)
                .filter(point -> Character.isDefined(point) && !Character.isISOControl(point))
                .filter(point -> point < 0xD800 || point > 0xDFFF)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    /**
     * Texts for reference tokenizers in other languages, without the mark that Orrery's tokenizers remove from users'
     * texts.
     */
    static List<String> forJudges() {
        return with(List.of("<s>", "</s>", "<unk>", "[INST]", "[/INST]", "[REF]", "[IMG]", "<pad>")).stream()
                .map(text -> Encoder.withoutUnpairedSurrogates(text).replace("\uFDD0", ""))
                .toList();
    }

    public static void main(String... arguments) throws IOException {
        Files.write(
                Path.of(arguments[0]),
                forJudges().stream().map(AwkwardTexts::quoted).toList(),
                UTF_8);
    }

    private static String quoted(String text) {
        return text.chars()
                .mapToObj(unit -> unit >= ' ' && unit < 0x7F && unit != '"' && unit != '\\'
                        ? Character.toString(unit)
                        : String.format("\\u%04x", unit))
                .collect(Collectors.joining("", "\"", "\""));
    }
}
