package orrery.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process writes beside a place before it appears there. Its name says whose it is, so that what a process left
 * that was killed can be told from what another one is writing: by the process's number, and by its start, since
 * numbers are given out again.
 */
final class Leftover {
    /**
     * Seconds by which two looks at the start of one process may differ: systems reckon it from a clock that is set.
     */
    private static final long CLOCK = 10;

    private static final String WRITER = "\\.(\\d+)-(\\d+)-[0-9a-f-]{36}";

    private Leftover() {}

    /** A new name beside a place, for this process alone. */
    static Path beside(Path place, String suffix) {
        var self = ProcessHandle.current();
        return place.resolveSibling(
                place.getFileName() + "." + self.pid() + "-" + start(self) + "-" + UUID.randomUUID() + suffix);
    }

    /** What processes that have ended left beside a place under names of that suffix. */
    static List<Path> of(Path place, String suffix) throws IOException {
        var pattern =
                Pattern.compile(Pattern.quote(String.valueOf(place.getFileName())) + WRITER + Pattern.quote(suffix));
        try (Stream<Path> entries = Files.list(place.resolveSibling("."))) {
            return entries.filter(entry -> {
                        Matcher name = pattern.matcher(String.valueOf(entry.getFileName()));
                        return name.matches() && !lives(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)));
                    })
                    .map(entry -> place.resolveSibling(entry.getFileName()))
                    .toList();
        }
    }

    /** Removes them. What cannot be removed, perhaps another user's, is no reason to fail. */
    static void remove(Path place, String suffix) throws IOException {
        for (Path leftover : of(place, suffix)) {
            deleteQuietly(leftover);
        }
    }

    /** Deletes a file, or a directory with all that it holds; one that is not there is no failure. */
    static void delete(Path path) throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (NoSuchFileException absent) {
            return;
        }
    }

    /** The same for one who is busy with another failure. */
    static void deleteAfter(Path path, Throwable reason) {
        try {
            delete(path);
        } catch (IOException | UncheckedIOException e) {
            reason.addSuppressed(e);
        }
    }

    static void deleteQuietly(Path path) {
        try {
            delete(path);
        } catch (IOException | UncheckedIOException e) {
            System.getLogger(Leftover.class.getName()).log(System.Logger.Level.WARNING, "could not remove " + path, e);
        }
    }

    /** Has a path deleted should the process be asked to end. */
    static Thread deletedAtTheEnd(Path path) {
        var cleaning = new Thread(() -> deleteQuietly(path));
        Runtime.getRuntime().addShutdownHook(cleaning);
        return cleaning;
    }

    static void forget(Thread cleaning) {
        try {
            Runtime.getRuntime().removeShutdownHook(cleaning);
        } catch (IllegalStateException ending) {
            return; // the process ends: the hook runs, and finds nothing or removes what is left
        }
    }

    private static boolean lives(long process, long start) {
        return ProcessHandle.of(process)
                .filter(ProcessHandle::isAlive)
                .filter(handle -> Math.abs(start(handle) - start) <= CLOCK)
                .isPresent();
    }

    /** Seconds since 1970; 0 where the system does not say. */
    private static long start(ProcessHandle process) {
        return process.info().startInstant().map(Instant::getEpochSecond).orElse(0L);
    }
}
