package orrery.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import orrery.OrreryException;
import orrery.constrain.CompileLimits;
import orrery.constrain.CompiledGrammar;
import orrery.constrain.Gbnf;
import orrery.constrain.Grammar;
import orrery.constrain.GrammarMatcher;
import orrery.constrain.JsonSchema;
import orrery.constrain.SchemaOptions;
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

    /**
     * {@code TOKENIZER GRAMMAR.gbnf DOCUMENTS} or {@code TOKENIZER MASKBENCH [LIST]}: a model's directory or GGUF
     * file; a grammar and a file with a document per line, or MaskBench's folder of files, all or those of a list.
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 2 || arguments.length > 3) {
            System.err.println("expected TOKENIZER GRAMMAR.gbnf DOCUMENTS, or TOKENIZER MASKBENCH_FOLDER [LIST]");
            System.exit(2);
        }
        try (Tokenizer tokenizer = Tokenizer.read(Path.of(arguments[0]))) {
            var table = new MaskTable(tokenizer);
            Path input = Path.of(arguments[1]);
            for (int round = 0; round < ROUNDS; round++) {
                if (Files.isDirectory(input)) {
                    table.measureSchemas(arguments.length == 3 ? listed(input, arguments[2]) : all(input));
                } else {
                    table.measureGrammar(Files.readString(input), Files.readAllLines(Path.of(arguments[2])));
                }
            }
        }
    }

    private static List<Path> all(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    /** The files that a list names, one per line, by their last part. */
    private static List<Path> listed(Path folder, String list) throws IOException {
        return Files.readAllLines(Path.of(list)).stream()
                .map(line -> folder.resolve(String.valueOf(Path.of(line).getFileName())))
                .toList();
    }

    private void measureSchemas(List<Path> files) {
        var masks = new ArrayList<Long>();
        var compiling = new ArrayList<Long>();
        int refused = 0;
        int right = 0;
        int wrong = 0;
        int letThrough = 0;
        int withoutInstances = 0;
        for (Path path : files) {
            MaskBenchFile file = MaskBenchFile.read(path);
            CompiledGrammar compiled;
            try {
                long start = System.nanoTime();
                Grammar grammar =
                        JsonSchema.of(file.schema(), SchemaOptions.STRICT).grammar();
                compiled = CompiledGrammar.compile(grammar, vocabulary, CompileLimits.DEFAULT);
                compiled.matcher().mask();
                compiling.add(System.nanoTime() - start);
            } catch (OrreryException refusal) {
                refused++;
                continue;
            }
            boolean good = true;
            for (MaskBenchFile.Instance instance : file.instances()) {
                boolean accepted = follows(compiled, tokenizer.encode(instance.text()), masks);
                good &= accepted == instance.valid();
                letThrough += accepted && !instance.valid() ? 1 : 0;
            }
            if (file.instances().isEmpty()) {
                withoutInstances++;
            } else if (good) {
                right++;
            } else {
                wrong++;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%,d files, %,d refused, %,d right, %,d wrong (%,d documents let through), %,d without documents%n",
                files.size(),
                refused,
                right,
                wrong,
                letThrough,
                withoutInstances);
        print("masks", masks);
        print("compiling with a first mask", compiling);
    }

    private static boolean follows(CompiledGrammar grammar, int[] document, List<Long> times) {
        try {
            return walk(grammar.matcher(), document, times);
        } catch (OrreryException limit) {
            System.out.println(limit.getMessage());
            return false;
        }
    }

    private void measureGrammar(String text, List<String> lines) {
        Grammar grammar = Gbnf.parse(text);
        List<int[]> documents = lines.stream().map(tokenizer::encode).toList();
        measure("a new grammar for each document", grammar, documents, true);
        measure("one grammar for all", grammar, documents, false);
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
