package orrery.lab.train;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import orrery.format.FormatException;
import orrery.format.JsonText;
import orrery.format.NewFile;

/**
 * {@code loss.jsonl}: a line of JSON for each step and each validation. It has no times, so that equal runs write equal
 * files.
 */
final class LossLog implements AutoCloseable {
    static final String FILE = "loss.jsonl";

    private static final Pattern LINE = Pattern.compile("\\{\"step\":(\\d{1,9}),.*\\}");

    private final Path file;
    private final BufferedWriter writer;

    private LossLog(Path file, BufferedWriter writer) {
        this.file = file;
        this.writer = writer;
    }

    /**
     * Opens the log in a directory, without what it says of later steps than those done.
     *
     * @throws FormatException if it cannot be written
     */
    static LossLog open(Path directory, int done) {
        var file = directory.resolve(FILE);
        // A stop may have cut its last line, and a disk may have lost a part of it: what is not a line of ours goes.
        String kept = Files.exists(file)
                ? new String(read(file), StandardCharsets.ISO_8859_1)
                        .lines()
                        .filter(line -> step(line) <= done)
                        .map(line -> line + "\n")
                        .collect(Collectors.joining())
                : "";
        NewFile.write(file, kept);
        try {
            return new LossLog(file, Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new FormatException("could not read " + file + ": " + FormatException.reason(e), e);
        }
    }

    /** Beyond all steps for a line that was cut off. */
    private static int step(String line) {
        var matcher = LINE.matcher(line);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : Integer.MAX_VALUE;
    }

    /** Adds a line, whose first key is {@code step}. */
    void add(Map<String, Object> data) {
        try {
            writer.write(JsonText.of(data, JsonText.Doubles.FINITE));
            writer.write('\n');
            writer.flush();
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private static FormatException unwritable(Path file, IOException e) {
        return new FormatException("could not write " + file + ": " + FormatException.reason(e), e);
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }
}
