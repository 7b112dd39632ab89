package orrery.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Masks against an oracle, token by token. */
final class RandomGrammarsTest {
    private static final int GRAMMARS = Integer.getInteger("orrery.grammars", 30);
    private static final int LONGEST = 8;

    @Test
    void everyMaskHoldsExactlyTheTokensAfterWhichASentenceCanBeCompleted() {
        int answered = 0;
        for (int seed = 0; seed < GRAMMARS; seed++) {
            answered += walk(seed, CompileLimits.DEFAULT);
        }
        assertThat(answered).isGreaterThan(GRAMMARS);
    }

    /** Returns the number of tokens taken. */
    private static int walk(int seed, CompileLimits limits) {
        var random = new RandomGrammars(seed);
        Grammar grammar = random.grammar();
        List<byte[]> tokens = random.vocabulary();
        var vocabulary = TokenTrie.of(tokens.size(), tokens::get);
        if (!prefix(grammar, new byte[0])) {
            assertThat(catchThrowable(() -> CompiledGrammar.compile(grammar, vocabulary, limits)))
                    .as("seed %d: %s", seed, grammar)
                    .isInstanceOf(GrammarException.class);
            return 0;
        }
        // Small rules go through the lexer alone, or through the parser, too.
        CompiledGrammar compiled = CompiledGrammar.compile(grammar, vocabulary, limits, seed % 2 == 0 ? 100 : -1);
        int taken = 0;
        for (int answer = 0; answer < 3; answer++) {
            GrammarMatcher matcher = compiled.matcher();
            var text = new ByteArrayOutputStream();
            while (true) {
                check(seed, grammar, tokens, matcher, text.toByteArray());
                int[] allowed = allowed(tokens.size(), matcher.mask());
                if (allowed.length == 0 || text.size() > LONGEST) {
                    break;
                }
                int token = allowed[random.below(allowed.length)];
                matcher.accept(token);
                text.writeBytes(tokens.get(token));
                taken++;
            }
        }
        return taken;
    }

    private static void check(int seed, Grammar grammar, List<byte[]> tokens, GrammarMatcher matcher, byte[] text) {
        String where = "seed " + seed + " after \"" + new String(text, StandardCharsets.UTF_8) + "\": " + grammar;
        assertThat(matcher.mayEnd()).as(where).isEqualTo(GrammarOracle.isSentence(grammar, text));
        boolean more = false;
        long[] mask = matcher.mask();
        for (int token = 0; token < tokens.size(); token++) {
            byte[] bytes = tokens.get(token);
            boolean expected = bytes.length > 0 && prefix(grammar, concat(text, bytes));
            more |= expected;
            assertThat(((mask[token >> 6] >>> token) & 1) != 0)
                    .as("token \"%s\", %s", new String(bytes, StandardCharsets.UTF_8), where)
                    .isEqualTo(expected);
            assertThat(matcher.allows(token)).as(where).isEqualTo(expected);
        }
        assertThat(matcher.mustEnd()).as(where).isEqualTo(matcher.mayEnd() && !more);
    }

    private static boolean prefix(Grammar grammar, byte[] text) {
        return GrammarOracle.isPrefix(grammar, RandomGrammars.ALPHABET_AND_ANOTHER, text);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(a);
        all.writeBytes(b);
        return all.toByteArray();
    }

    static int[] allowed(int size, long[] mask) {
        return java.util.stream.IntStream.range(0, size)
                .filter(token -> ((mask[token >> 6] >>> token) & 1) != 0)
                .toArray();
    }
}
