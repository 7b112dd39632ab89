package orrery.kernel.jit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** What Linux reports about this process's memory. */
final class Mappings {
    private static final Path FILE = Path.of("/proc/self/smaps");
    private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) (\\S+) .*");

    private Mappings() {}

    static void assumeReadable() {
        assumeTrue(Files.isReadable(FILE), FILE + " cannot be read");
    }

    /** The permissions at an address, as in {@code r-xp}; empty if nothing is mapped. */
    static String rights(long address) throws IOException {
        return of(address).stream()
                .findFirst()
                .map(line -> MAPPING.matcher(line).replaceAll("$3"))
                .orElse("");
    }

    /** A line about the mapping at an address, such as {@code Rss} or {@code VmFlags}; empty if there is none. */
    static String line(long address, String name) throws IOException {
        return of(address).stream()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    private static List<String> of(long address) throws IOException {
        var lines = Files.readAllLines(FILE);
        int first = 0;
        while (first < lines.size() && !holds(lines.get(first), address)) {
            first++;
        }
        int end = Math.min(first + 1, lines.size());
        while (end < lines.size() && !MAPPING.matcher(lines.get(end)).matches()) {
            end++;
        }
        return lines.subList(first, end);
    }

    private static boolean holds(String line, long address) {
        var mapping = MAPPING.matcher(line);
        return mapping.matches()
                && Long.parseUnsignedLong(mapping.group(1), 16) <= address
                && address < Long.parseUnsignedLong(mapping.group(2), 16);
    }
}
