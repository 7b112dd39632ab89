package orrery.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import orrery.engine.Engine;
import orrery.engine.EngineOptions;
import orrery.engine.Request;
import orrery.engine.Sampling;

/**
 * A model in less memory than its weights take: {@code make FOLDER TOKENIZER_FOLDER} makes one,
 * {@code run FOLDER EXPERTS_IN_MEMORY TOKENS} generates, and prints how much was read from the disk.
 * {@code bench/large-model} calls both.
 */
final class LargeModel {
    private LargeModel() {}

    public static void main(String[] arguments) throws IOException {
        Locale.setDefault(Locale.ROOT);
        switch (arguments[0]) {
            case "make" -> {
                try (var engine = Engine.open(Path.of(arguments[2]), EngineOptions.defaults())) {
                    int vocabSize = engine.description().spec().vocabSize();
                    SparseCheckpoint.write(Path.of(arguments[1]), Path.of(arguments[2]), vocabSize);
                }
            }
            case "run" -> run(Path.of(arguments[1]), Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
            default -> throw new IllegalArgumentException(arguments[0] + ", expected make or run");
        }
    }

    private static void run(Path folder, int expertsInMemory, int tokens) throws IOException {
        var options = EngineOptions.defaults()
                .withMaxSequences(1)
                .withPrefillRows(16)
                .withContext(1024)
                .withExpertsInMemory(expertsInMemory);
        long began = System.nanoTime();
        try (var engine = Engine.open(folder, options)) {
            System.out.printf(
                    "weights %d MiB, loaded in %.2f s%n",
                    engine.weightBytes() >> 20, (System.nanoTime() - began) / 1e9);
            var request = Request.of(engine.promptOf("Which attention"))
                    .withSampling(Sampling.PLAIN.withSeed(1))
                    .withIgnoreStopIds(true)
                    .withCountedExperts(true)
                    .withMaxTokens(tokens);
            // The text differs from turn to turn, so that no turn finds exactly the pages of the last one.
            for (int turn = 0; turn < 3; turn++) {
                var sampling = request.sampling().withSeed(turn);
                long readBefore = readBytes();
                long faultsBefore = majorFaults();
                try (var session = engine.submit(request.withSampling(sampling))) {
                    session.text();
                    var usage = session.usage();
                    var use = session.expertUse().layers();
                    System.out.printf(
                            "{\"experts_in_memory\": %d, \"turn\": %d, \"tokens\": %d, \"tokens_per_second\": %.2f,"
                                    + " \"read_mib_per_token\": %.1f, \"major_faults_per_token\": %.0f,"
                                    + " \"resident_mib\": %d, \"anonymous_mib\": %d, \"expert_copies_mib\": %d,"
                                    + " \"experts_touched\": %d, \"balance\": %.2f, \"text_hash\": %d}%n",
                            expertsInMemory,
                            turn,
                            usage.generatedTokens(),
                            usage.decodeTokensPerSecond(),
                            (readBytes() - readBefore) / 1048576.0 / tokens,
                            (majorFaults() - faultsBefore) / (double) tokens,
                            kibibytes("VmRSS:") >> 10,
                            kibibytes("RssAnon:") >> 10,
                            engine.expertBytesHeld() >> 20,
                            use.stream().mapToInt(layer -> layer.distinct()).sum(),
                            use.stream()
                                    .mapToDouble(layer -> layer.balance())
                                    .average()
                                    .orElse(0),
                            java.util.Arrays.hashCode(session.tokens()));
                }
            }
        }
    }

    private static long readBytes() throws IOException {
        return field(Path.of("/proc/self/io"), "read_bytes:");
    }

    private static long kibibytes(String name) throws IOException {
        return field(Path.of("/proc/self/status"), name);
    }

    private static long field(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(
                        line.substring(name.length()).replace("kB", "").strip()))
                .findFirst()
                .orElseThrow();
    }

    /** Pages that had to be read from the disk. */
    private static long majorFaults() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        // After the name in parentheses, which may contain anything: state, then nine numbers.
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[9]);
    }
}
