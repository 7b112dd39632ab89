package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The splits of each kind for a text, worked out by hand from its published expression. */
final class NamedPreTokenizerTest {
    private static final String TEXT = "I'll eat 12345 eBays, Don'T!!\n\n  ok";

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "gpt-2 # I|'ll| eat| 12345| eBays|,| Don|'|T|!!|~~ | ok",
                "olmo # I|'ll| eat| 12345| eBays|,| Don|'|T|!!|~~ | ok",
                "llama-bpe # I|'ll| eat| |123|45| eBays|,| Don|'T|!!~~| | ok",
                "dbrx # I|'ll| eat| |123|45| eBays|,| Don|'T|!!~~| | ok",
                "qwen2 # I|'ll| eat| |1|2|3|4|5| eBays|,| Don|'T|!!~~| | ok",
                "tekken # I|'ll| eat| |1|2|3|4|5| e|Bays|,| Don|'T|!!~~| | ok",
                "llama4 # I'll| eat| |123|45| e|Bays|,| Don'T|!!~~| | ok",
                "deepseek-llm # I|'|ll| eat| |1|2|3|4|5| eBays|,| Don|'|T|!!|~|~| | ok",
                "deepseek-coder # I|'|ll| eat| |1|2|3|4|5| eBays|,| Don|'|T|!!|~|~| | ok",
                "deepseek-v3 # I|'ll| eat| |123|45| eBays|,| Don|'T|!!~~| | ok",
                "starcoder # I|'ll| eat| |1|2|3|4|5| eBays|,| Don|'|T|!!|~~ | ok",
                "falcon # I|'|ll| eat| |123|45| eBays|,| Don|'|T|!!|~~ | ok",
                "default # I|'|ll| eat| |123|45| eBays|,| Don|'|T|!!|~~ | ok"
            })
    void cutsATextAsPublished(String name, String expected) {
        assertThat(cut(name, TEXT, expected)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                // Kana and ideographs are words of their own, and so are punctuation and letters together.
                "deepseek-v3 # x_y 日本ごx # x|_y| |日本ご|x",
                // The range ":-~" for punctuation contains the ASCII letters, which are split from all others.
                "deepseek-llm # Éa éß ﬁ日本 ÷ # É|a| éß| ﬁ|日本| ÷",
                "llama-bpe # 'S日本ご\u00A0x½ # 'S|日本ご|\u00A0x|½",
                // A combining mark is not a letter in OpenAI's older expression.
                "llama-bpe # xa\u0301b # xa|\u0301b",
                "tekken # xa\u0301b # xa\u0301b",
                "gpt-2 # 'S ½x # '|S| ½|x",
            })
    void knowsOtherScripts(String name, String text, String expected) {
        assertThat(cut(name, text, expected)).isEqualTo(expected);
    }

    /** The pieces of a text: with a vocabulary that has the expected parts whole, no other split gives these ids. */
    private static String cut(String name, String text, String expected) {
        var pre = NamedPreTokenizer.named(name).orElseThrow();
        var spellings = new Spellings();
        IntStream.range(0, 256).forEach(value -> spellings.add(value, SmallGguf.alphabet(value)));
        for (String part : expected.replace('~', '\n').split("\\|", -1)) {
            spellings.add(spellings.count(), spelled(part));
        }
        var vocabulary = new Vocabulary(spellings.complete(), List.of());
        var model = new Bpe(
                spellings,
                new ListedMerges(new int[0], new int[0], new int[0]),
                new Bpe.Symbols(
                        pre.steps().getLast() instanceof PreTokenizer.ByteLevel,
                        false,
                        "",
                        OptionalInt.empty(),
                        false,
                        true));
        var facts = new TokenizerFacts(
                name,
                vocabulary,
                List.of(),
                pre.steps(),
                model,
                PostProcessor.NOTHING,
                new PieceDecoder(List.of(), PieceDecoder.Strip.NOTHING, true),
                Roles.NONE);
        return IntStream.of(new Encoder(facts, List.of(), model).encode(text))
                .mapToObj(id -> new String(ByteAlphabet.bytesOf(vocabulary.piece(id)), UTF_8))
                .collect(Collectors.joining("|"))
                .replace('\n', '~');
    }

    private static String spelled(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return IntStream.range(0, bytes.length)
                .mapToObj(i -> SmallGguf.alphabet(bytes[i] & 0xFF))
                .collect(Collectors.joining());
    }
}
