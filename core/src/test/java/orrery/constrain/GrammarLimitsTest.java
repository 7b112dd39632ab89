package orrery.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Grammars that want to cost much, and what is kept of others. */
final class GrammarLimitsTest {
    private static final TokenTrie LETTERS = TokenTrie.of(
            1 + 26 * 4, token -> token == 0 ? new byte[0] : letters((token - 1) % 26, 1 + (token - 1) / 26));

    private static final CompileLimits SMALL = new CompileLimits(Duration.ofMinutes(1), 100_000, 1 << 20, 1 << 20);

    private static byte[] letters(int letter, int count) {
        return Character.toString('a' + letter).repeat(count).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void anAmbiguousGrammarEndsItsAnswerWithAnError() {
        CompiledGrammar compiled =
                CompiledGrammar.compile(Gbnf.parse("root ::= root root | \"a\" | \"b\" root \"c\""), LETTERS, SMALL);
        GrammarMatcher matcher = compiled.matcher();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        matcher.mask();
                        matcher.accept(1);
                    }
                })
                .isInstanceOf(GrammarException.class)
                .hasMessageContaining("the grammar is too");
        GrammarMatcher another = compiled.matcher();
        another.accept(1);
        assertThat(another.mayEnd()).isTrue();
    }

    @Test
    void deepRecursionEndsItsAnswerWithAnError() {
        GrammarMatcher matcher = CompiledGrammar.compile(
                        Gbnf.parse("root ::= \"a\" root \"b\" | \"c\""), LETTERS, SMALL)
                .matcher();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100_000; i++) {
                        matcher.accept(1);
                    }
                })
                .isInstanceOf(GrammarException.class)
                .hasMessageContaining("KiB of states");
    }

    @Test
    void recursionToTheLeftOrRightNeedsNoMoreForLongAnswers() {
        for (String text : List.of(
                "root ::= root \"a\" | \"b\" x | \"a\"\nx ::= root",
                "root ::= \"a\" | \"a\" root | \"b\" x\nx ::= \"c\" | root",
                "root ::= (\"a\" x)*\nx ::= (\"b\" root \"c\")?",
                "root ::= x{0,2000000000}\nx ::= \"a\" | \"b\" root \"c\"",
                "root ::= x{2,}\nx ::= \"a\"? | \"b\" root \"c\"",
                "root ::= (x?)*\nx ::= \"a\" | x \"b\"")) {
            CompiledGrammar compiled = CompiledGrammar.compile(Gbnf.parse(text), LETTERS, SMALL, -1);
            GrammarMatcher matcher = compiled.matcher();
            for (int i = 0; i < 3_000; i++) {
                assertThat(matcher.allows(1)).as(text).isTrue();
                matcher.accept(1);
            }
            assertThat(matcher.mayEnd()).as(text).isTrue();
        }
    }

    @Test
    void expressionsThatExplodeElsewhereAreReadOrRefused() {
        Regex a = Regex.text("a");
        Regex ab = new Regex.Bytes(ByteSet.range('a', 'b'));
        var multiples = new ArrayList<Regex>();
        for (int prime : new int[] {2, 3, 5, 7, 11, 13, 17, 19, 23}) {
            multiples.add(new Regex.Repeat(new Regex.Repeat(a, prime, prime), 1, Regex.UNBOUNDED));
        }
        assertThatThrownBy(() ->
                        CompiledGrammar.compile(Grammar.matching(new Regex.Intersection(multiples)), LETTERS, SMALL))
                .isInstanceOf(GrammarException.class)
                .hasMessageStartingWith("the grammar is too");
        for (Regex regex : List.of(
                Regex.star(Regex.star(Regex.union(a, Regex.sequence(a, a)))),
                Regex.sequence(Regex.star(ab), a, new Regex.Repeat(ab, 30, 30)),
                Regex.sequence(new Regex.Repeat(Regex.optional(a), 1000, 1000), new Regex.Repeat(a, 1000, 1000)),
                new Regex.Repeat(new Regex.Repeat(ab, 0, 2_000_000_000), 3, 2_000_000_000))) {
            GrammarMatcher matcher = CompiledGrammar.compile(Grammar.matching(regex), LETTERS, SMALL)
                    .matcher();
            for (int i = 0; i < 150; i++) {
                matcher.mask();
                matcher.accept(1);
            }
            assertThat(matcher.allows(1)).isTrue();
        }
    }

    @Test
    void manyAlternativesAreReadOrRefused() {
        Map<String, Rule> rules = new HashMap<>();
        var all = new ArrayList<Rule>();
        for (int i = 0; i < 200; i++) {
            rules.put("r" + i, Rule.sequence(Rule.text("a" + i), new Rule.Reference("r" + (i * 7 + 1) % 200)));
            all.add(new Rule.Reference("r" + i));
        }
        rules.put("r0", Rule.text("b"));
        rules.put("root", new Rule.Choice(all));
        GrammarMatcher matcher = CompiledGrammar.compile(new Grammar(rules, "root"), LETTERS, SMALL)
                .matcher();
        assertThat(RandomGrammarsTest.allowed(LETTERS.size(), matcher.mask())).containsExactly(1, 2);

        List<String> texts =
                IntStream.range(0, 20_000).mapToObj(i -> "the text number " + i).toList();
        assertThatThrownBy(() -> CompiledGrammar.compile(Grammar.choices(texts), LETTERS, SMALL))
                .isInstanceOf(GrammarException.class)
                .hasMessageStartingWith("the grammar is too");
    }

    @Test
    void compilingEndsAtItsTime() {
        List<String> texts =
                IntStream.range(0, 20_000).mapToObj(i -> "text " + i * 31L).toList();
        assertThatThrownBy(() -> CompiledGrammar.compile(
                        Grammar.choices(texts), LETTERS, new CompileLimits(Duration.ofNanos(1), 1L << 40, 1L << 40, 1)))
                .isInstanceOf(GrammarException.class)
                .hasMessage("the grammar is too large: compiling the grammar took more than 0 ms");
    }

    @Test
    void aGrammarWithoutAnswersIsRefused() {
        assertThatThrownBy(() -> CompiledGrammar.compile(Gbnf.parse("root ::= \"a\" root"), LETTERS, SMALL))
                .isInstanceOf(GrammarException.class)
                .hasMessage("no answer follows the grammar: rule 'root' derives no text");
        GrammarMatcher matcher = CompiledGrammar.compile(Gbnf.parse("root ::= \"a1\""), LETTERS, SMALL)
                .matcher();
        matcher.accept(1);
        assertThatThrownBy(matcher::mask)
                .isInstanceOf(GrammarException.class)
                .hasMessageContaining("no token of the vocabulary");
    }

    @Test
    void masksAreDroppedWhenTheyTakeTooMuchMemoryAndStayRight() {
        var limits = new CompileLimits(Duration.ofMinutes(1), 1_000_000, 1 << 20, 400);
        Grammar grammar = Gbnf.parse("root ::= [a-e]{0,50} | \"f\" root \"g\"");
        CompiledGrammar few = CompiledGrammar.compile(grammar, LETTERS, limits);
        CompiledGrammar all = CompiledGrammar.compile(grammar, LETTERS, CompileLimits.DEFAULT);
        for (int answer = 0; answer < 20; answer++) {
            walkBoth(few, all, answer);
            assertThat(few.store().maskBytes()).isPositive().isLessThanOrEqualTo(400);
        }
        assertThat(all.store().maskBytes()).isGreaterThan(1000);
    }

    @Test
    void anAnswerGoesOnWithNewStatesWhenTheOldOnesTakeTooMuchMemory() {
        var limits = new CompileLimits(Duration.ofMinutes(1), 1_000_000, 150_000, 1 << 20);
        Grammar grammar = Gbnf.parse("""
                root ::= "a" root "b" | "c" [a-e]{0,90} "f" | x{0,1000} "z"
                x ::= "x" | "y" root "y" """);
        CompiledGrammar small = CompiledGrammar.compile(grammar, LETTERS, limits, -1);
        CompiledGrammar all = CompiledGrammar.compile(grammar, LETTERS, CompileLimits.DEFAULT);
        StateStore first = small.store();
        for (int answer = 0; answer < 25; answer++) {
            walkBoth(small, all, answer);
        }
        assertThat(small.store()).isNotSameAs(first);
        assertThat(small.store().stateBytes()).isLessThan(150_000);
    }

    private static void walkBoth(CompiledGrammar one, CompiledGrammar other, int seed) {
        var random = new RandomGrammars(seed);
        GrammarMatcher a = one.matcher();
        GrammarMatcher b = other.matcher();
        for (int i = 0; i < 60; i++) {
            assertThat(a.mask()).isEqualTo(b.mask());
            int[] allowed = RandomGrammarsTest.allowed(LETTERS.size(), a.mask());
            if (allowed.length == 0) {
                assertThat(a.mustEnd()).isTrue();
                return;
            }
            int token = allowed[random.below(allowed.length)];
            a.accept(token);
            b.accept(token);
            assertThat(a.mayEnd()).isEqualTo(b.mayEnd());
        }
    }

    @Test
    void severalThreadsShareAGrammar() throws Exception {
        var limits = new CompileLimits(Duration.ofMinutes(1), 10_000_000, 400_000, 2000);
        Grammar grammar = Gbnf.parse(GbnfTest.JSON.replace("root   ::= object", "root ::= value"));
        TokenTrie bytes = TokenTrie.of(256, token -> new byte[] {(byte) token});
        CompiledGrammar shared = CompiledGrammar.compile(grammar, bytes, limits);
        CompiledGrammar alone = CompiledGrammar.compile(grammar, bytes, CompileLimits.DEFAULT);
        List<Callable<List<Integer>>> answers = new ArrayList<>();
        for (int seed = 0; seed < 8; seed++) {
            int number = seed;
            answers.add(() -> answer(shared, number));
        }
        try (var pool = Executors.newFixedThreadPool(4)) {
            var results = pool.invokeAll(answers);
            for (int seed = 0; seed < results.size(); seed++) {
                assertThat(results.get(seed).get()).isEqualTo(answer(alone, seed));
            }
        }
    }

    private static List<Integer> answer(CompiledGrammar grammar, int seed) {
        var random = new RandomGrammars(seed);
        GrammarMatcher matcher = grammar.matcher();
        var tokens = new ArrayList<Integer>();
        for (int i = 0; i < 100; i++) {
            int[] allowed = RandomGrammarsTest.allowed(256, matcher.mask());
            if (allowed.length == 0) {
                break;
            }
            int token = allowed[random.below(allowed.length)];
            matcher.accept(token);
            tokens.add(token);
        }
        return tokens;
    }
}
