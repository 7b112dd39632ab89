package orrery.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import orrery.constrain.CompileLimits;
import orrery.constrain.CompiledGrammar;
import orrery.constrain.Gbnf;
import orrery.constrain.Grammar;
import orrery.constrain.GrammarMatcher;
import orrery.constrain.TokenTrie;
import orrery.token.Tokenizer;

/**
 * Times the masks along documents that follow a grammar, on one thread: once with a new grammar for each document, so
 * that nothing is known of it, and once with one grammar for all.
 */
final class MaskTable {
    private static final int ROUNDS = 3;

    private final Tokenizer tokenizer;
    private final TokenTrie vocabulary;

    private MaskTable(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        long start = System.nanoTime();
        vocabulary = TokenTrie.of(tokenizer.vocabularySize(), tokenizer::bytesOf);
        System.out.printf(
                Locale.ROOT,
                "%,d tokens, trie of %.0f bytes per token, built in %.0f ms%n",
                vocabulary.size(),
                (double) vocabulary.memory() / vocabulary.size(),
                (System.nanoTime() - start) / 1e6);
    }

    /** {@code TOKENIZER GRAMMAR.gbnf DOCUMENTS}: a model's directory or GGUF file, a grammar, a document per line. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 3) {
            System.err.println("expected TOKENIZER GRAMMAR.gbnf DOCUMENTS");
            System.exit(2);
        }
        try (Tokenizer tokenizer = Tokenizer.read(Path.of(arguments[0]))) {
            var table = new MaskTable(tokenizer);
            Grammar grammar = Gbnf.parse(Files.readString(Path.of(arguments[1])));
            List<int[]> documents = Files.readAllLines(Path.of(arguments[2])).stream()
                    .map(tokenizer::encode)
                    .toList();
            for (int round = 0; round < ROUNDS; round++) {
                table.measure("a new grammar for each document", grammar, documents, true);
                table.measure("one grammar for all", grammar, documents, false);
            }
        }
    }

    private void measure(String name, Grammar grammar, List<int[]> documents, boolean fresh) {
        var masks = new ArrayList<Long>();
        var compiling = new ArrayList<Long>();
        int unfinished = 0;
        CompiledGrammar compiled = CompiledGrammar.compile(grammar, vocabulary, CompileLimits.DEFAULT);
        for (int[] document : documents) {
            if (fresh) {
                long start = System.nanoTime();
                compiled = CompiledGrammar.compile(grammar, vocabulary, CompileLimits.DEFAULT);
                compiling.add(System.nanoTime() - start);
            }
            unfinished += walk(compiled.matcher(), document, masks) ? 0 : 1;
        }
        print(name + ", masks", masks);
        if (fresh) {
            print(name + ", compiling", compiling);
        }
        if (unfinished > 0) {
            System.out.println(unfinished + " of " + documents.size() + " documents do not follow the grammar");
        }
    }

    private static boolean walk(GrammarMatcher matcher, int[] document, List<Long> times) {
        for (int token : document) {
            long start = System.nanoTime();
            long[] mask = matcher.mask();
            long end = System.nanoTime();
            if ((mask[token >> 6] >>> token & 1) == 0) {
                return false;
            }
            matcher.accept(token);
            times.add(end - start + System.nanoTime() - end);
        }
        return matcher.mayEnd();
    }

    private static void print(String name, List<Long> nanos) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "%s: %,d times, median %.1f us, p99 %.1f us, p99.9 %.1f us, most %.1f us, mean %.1f us%n",
                name,
                sorted.length,
                at(sorted, 0.5),
                at(sorted, 0.99),
                at(sorted, 0.999),
                at(sorted, 1),
                Arrays.stream(sorted).average().orElse(0) / 1e3);
    }

    private static double at(long[] sorted, double part) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(part * sorted.length, sorted.length - 1)] / 1e3;
    }
}
