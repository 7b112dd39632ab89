package orrery.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Runs other engines and {@code orrery bench} on the same GGUF file in turn, and prints the ratios.
 *
 * <p>The others are any programs with the options and the table of llama.cpp's {@code llama-batched-bench}, which
 * ik_llama.cpp has, too. In each round every program prefills a prompt and decodes after it, one after another, so that
 * all run under the same conditions of the machine.
 */
final class OtherEngines {
    private static final String USAGE = """
            usage: bench/llama-bench FILE.gguf --with "NAME=PROGRAM [OPTIONS]" [--with ...] [--rounds N] [--prompt N,N]
                         [--streams N,N] [--tokens N] [--threads N] [--minutes N] [--ours OPTIONS]

              --with     an engine beside Orrery: a name, and llama-batched-bench with the options that serve it best
              --rounds   turns that all programs take; 3
              --prompt   tokens of a prompt, read at once, and before each decoded token; 256,4096
              --streams  sequences decoded together after a prompt of 32 tokens each; 16
              --tokens   tokens that are decoded; 64
              --threads  threads of all programs; 2
              --minutes  how long one run of a program may take; 15
              --ours     more options of orrery bench, in one argument

            example: bench/llama-bench model.gguf --with "llama.cpp=llama-batched-bench -fa on" \\
                         --with "ik_llama.cpp=ik/build/bin/llama-batched-bench -fa on -rtr"
            """;

    /** The work of a program in a round: a prompt for each of the streams, and decoding after it. */
    private record Run(int prompt, int streams) {}

    /** A speed that is compared: {@code prefill 256}, {@code decode after 256}, {@code 16 streams}. */
    private record Figure(String name, double tokensPerSecond) {}

    private final Path orrery;
    private final Path file;
    private final SequencedMap<String, List<String>> others = new LinkedHashMap<>();
    private int rounds = 3;
    private int tokens = 64;
    private int threads = 2;
    private int minutes = 15;
    private int[] prompts = {256, 4096};
    private int[] streams = {16};
    private List<String> ours = List.of();

    private OtherEngines(Path orrery, Path file) {
        this.orrery = orrery;
        this.file = file.toAbsolutePath();
    }

    /** See the class; the first argument is Orrery's launcher. */
    public static void main(String[] arguments) {
        System.exit(status(arguments));
    }

    /** 0; 1 if a program failed; 2 if the arguments are wrong. */
    private static int status(String[] arguments) {
        if (arguments.length < 2 || arguments[1].equals("--help")) {
            System.err.print(USAGE);
            return arguments.length < 2 ? 2 : 0;
        }
        var bench = new OtherEngines(Path.of(arguments[0]), Path.of(arguments[1]));
        try {
            bench.read(Arrays.asList(arguments).subList(2, arguments.length));
        } catch (IllegalArgumentException e) {
            System.err.print("bench/llama-bench: " + e.getMessage() + "\n" + USAGE);
            return 2;
        }
        try {
            bench.compare();
            return 0;
        } catch (UncheckedIOException | IllegalStateException e) {
            System.err.println("bench/llama-bench: " + e.getMessage());
            return 1;
        }
    }

    private void read(List<String> options) {
        for (int i = 0; i < options.size(); i += 2) {
            var option = options.get(i);
            if (i + 1 == options.size()) {
                throw new IllegalArgumentException(option + " has no value");
            }
            var value = options.get(i + 1);
            switch (option) {
                case "--with" -> {
                    int equals = value.indexOf('=');
                    if (equals < 1) {
                        throw new IllegalArgumentException(
                                "--with \"" + value + "\", expected \"NAME=PROGRAM [OPTIONS]\"");
                    }
                    others.put(value.substring(0, equals), program(words(value.substring(equals + 1))));
                }
                case "--rounds" -> rounds = number(option, value);
                case "--tokens" -> tokens = number(option, value);
                case "--threads" -> threads = number(option, value);
                case "--minutes" -> minutes = number(option, value);
                case "--prompt" -> prompts = numbers(option, value);
                case "--streams" -> streams = numbers(option, value);
                case "--ours" -> ours = words(value);
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("there is no file " + file);
        }
        if (others.isEmpty()) {
            throw new IllegalArgumentException("expected at least one engine, --with \"NAME=PROGRAM\"");
        }
    }

    private void compare() {
        var runs = new ArrayList<Run>();
        for (int prompt : prompts) {
            runs.add(new Run(prompt, 1));
        }
        for (int count : streams) {
            runs.add(new Run(32, count));
        }
        // Speeds by figure and program, in the order of the rounds.
        var speeds = new LinkedHashMap<String, Map<String, List<Double>>>();
        for (int round = 1; round <= rounds; round++) {
            for (var run : runs) {
                for (var other : others.entrySet()) {
                    System.err.printf(
                            "round %d of %d: %s, prompt of %d, %d at once%n",
                            round, rounds, other.getKey(), run.prompt, run.streams);
                    keep(speeds, other.getKey(), theirs(other.getValue(), run));
                }
                System.err.printf(
                        "round %d of %d: orrery, prompt of %d, %d at once%n", round, rounds, run.prompt, run.streams);
                keep(speeds, "orrery", orrery(run));
            }
        }
        print(speeds);
    }

    private static List<Double> of(Map<String, List<Double>> speeds, String program) {
        return Objects.requireNonNull(speeds.get(program), program);
    }

    private static void keep(Map<String, Map<String, List<Double>>> speeds, String program, List<Figure> figures) {
        for (var figure : figures) {
            speeds.computeIfAbsent(figure.name, name -> new TreeMap<>())
                    .computeIfAbsent(program, name -> new ArrayList<>())
                    .add(figure.tokensPerSecond);
        }
    }

    private static List<Figure> figures(Run run, double prefill, double decode) {
        return run.streams == 1
                ? List.of(
                        new Figure("prefill " + run.prompt, prefill), new Figure("decode after " + run.prompt, decode))
                : List.of(new Figure(run.streams + " streams", decode));
    }

    /**
     * One line of the table for one run, which ik_llama.cpp prints on standard error:
     * {@code | PP | TG | B | N_KV | T_PP s | S_PP t/s | T_TG s | S_TG t/s | ...}.
     */
    private List<Figure> theirs(List<String> program, Run run) {
        var command = new ArrayList<>(program);
        int context = run.streams * (run.prompt + tokens) + 64;
        command.addAll(List.of("-m", file.toString(), "-t", "" + threads, "-c", "" + context));
        command.addAll(List.of("-npp", "" + run.prompt, "-ntg", "" + tokens, "-npl", "" + run.streams));
        var output = output(command);
        for (var line : output.lines().toList()) {
            var cells = line.split("\\|", -1);
            if (cells.length > 9 && cells[1].strip().equals("" + run.prompt)) {
                return figures(run, cellSpeed(cells[6], line), cellSpeed(cells[8], line));
            }
        }
        throw new IllegalStateException("found no line of a table in what " + program.getFirst() + " printed");
    }

    private static double cellSpeed(String cell, String line) {
        try {
            return Double.parseDouble(cell.strip());
        } catch (NumberFormatException e) {
            throw new IllegalStateException("expected a speed, found \"" + cell.strip() + "\" in " + line, e);
        }
    }

    private List<Figure> orrery(Run run) {
        var command = new ArrayList<>(List.of(orrery.toString(), "bench", "--quiet", "--json", "--rounds", "3"));
        command.addAll(List.of("--model", file.toString(), "--threads", "" + threads));
        command.addAll(List.of("--prompt", "" + run.prompt, "--context", "" + run.prompt));
        command.addAll(List.of("--batch", "" + run.streams, "--tokens", "" + tokens));
        command.addAll(ours);
        var result = output(command);
        return figures(run, speed(result, "prefill"), speed(result, "decode"));
    }

    private static double speed(String json, String what) {
        var matcher = Pattern.compile("\"" + what + "\":\\{[^}]*?\"tokens_per_second\":([-+.0-9eE]+)")
                .matcher(json);
        if (!matcher.find()) {
            throw new IllegalStateException("found no speed of " + what + " in what orrery bench printed");
        }
        return Double.parseDouble(matcher.group(1));
    }

    /** A program's standard output, followed by its standard error. */
    private String output(List<String> command) {
        try {
            // Some engines leave a log in the folder where they were started.
            var folder = Files.createTempDirectory("orrery-bench");
            var printed = folder.resolve("output");
            var errors = folder.resolve("errors");
            try {
                var process = new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(printed.toFile())
                        .redirectError(errors.toFile())
                        .start();
                process.getOutputStream().close();
                if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
                    process.destroyForcibly().waitFor();
                    throw new IllegalStateException(
                            command.getFirst() + " had not ended after " + minutes + " minutes (--minutes)");
                }
                int status = process.exitValue();
                var output = Files.readString(printed, StandardCharsets.ISO_8859_1) + "\n"
                        + Files.readString(errors, StandardCharsets.ISO_8859_1);
                if (status != 0) {
                    var lines = output.lines().toList();
                    System.err.println(String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size())));
                    throw new IllegalStateException(command.getFirst() + " ended with status " + status);
                }
                return output;
            } finally {
                try (var left = Files.list(folder)) {
                    for (var file : left.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Medians, and the ratio of Orrery to the best of the others in the same round: its median and both extremes. */
    private void print(Map<String, Map<String, List<Double>>> speeds) {
        System.out.printf("%-20s", "tokens/s");
        others.keySet().forEach(name -> System.out.printf(" %14s", name));
        System.out.printf(" %10s %8s   %s%n", "orrery", "ratio", "from, to");
        speeds.forEach((figure, by) -> {
            System.out.printf("%-20s", figure);
            others.keySet().forEach(name -> System.out.printf(Locale.ROOT, " %14.1f", median(of(by, name))));
            var mine = of(by, "orrery");
            var ratios = new ArrayList<Double>();
            for (int round = 0; round < rounds; round++) {
                double best = 0;
                for (var name : others.keySet()) {
                    best = Math.max(best, of(by, name).get(round));
                }
                ratios.add(mine.get(round) / best);
            }
            ratios.sort(null);
            System.out.printf(
                    Locale.ROOT,
                    " %10.1f %8.2f   %.2f, %.2f%n",
                    median(mine),
                    median(ratios),
                    ratios.getFirst(),
                    ratios.getLast());
        });
    }

    private static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** Makes the program's path absolute, so that it is found from every folder. */
    private static List<String> program(List<String> words) {
        var program = words.getFirst();
        var all = new ArrayList<>(words);
        all.set(0, program.contains("/") ? Path.of(program).toAbsolutePath().toString() : program);
        return all;
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }

    private static int[] numbers(String option, String value) {
        return Arrays.stream(value.split(",", -1))
                .mapToInt(part -> number(option, part))
                .toArray();
    }

    private static int number(String option, String value) {
        try {
            int number = Integer.parseInt(value.strip());
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number that is too small.
        }
        throw new IllegalArgumentException(option + " \"" + value + "\", expected a number of 1 or more");
    }
}
