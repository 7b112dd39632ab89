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
 * A temporary file or directory that a process writes before it is renamed to its target. Its name identifies the
 * process, so that what a killed process left behind can be told from what a running one writes: by the process id and
 * its start time, since ids are reused.
 */
final class Leftover {
    /** How many seconds two readings of a process's start may differ: systems compute it from an adjustable clock. */
    private static final long CLOCK = 10;

    private static final String WRITER = "\\.(\\d+)-(\\d+)-[0-9a-f-]{36}";

    private Leftover() {}

    /** A new name for this process, in the same directory as {@code place}. */
    static Path beside(Path place, String suffix) {
        var self = ProcessHandle.current();
        return place.resolveSibling(
                place.getFileName() + "." + self.pid() + "-" + start(self) + "-" + UUID.randomUUID() + suffix);
    }

    /** What processes that have ended left behind for a place, with that suffix. */
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

    /** Removes them. Those that cannot be removed, such as another user's, are skipped. */
    static void remove(Path place, String suffix) throws IOException {
        for (Path leftover : of(place, suffix)) {
            deleteQuietly(leftover);
        }
    }

    /** Deletes a file, or a directory with its contents; succeeds if it does not exist. */
    static void delete(Path path) throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (NoSuchFileException absent) {
            return;
        }
    }

    /** The same while another failure is being handled. */
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

    /** Deletes a path if the process is asked to terminate. */
    static Thread deletedAtTheEnd(Path path) {
        var cleaning = new Thread(() -> deleteQuietly(path));
        Runtime.getRuntime().addShutdownHook(cleaning);
        return cleaning;
    }

    static void forget(Thread cleaning) {
        try {
            Runtime.getRuntime().removeShutdownHook(cleaning);
        } catch (IllegalStateException ending) {
            return; // the process is terminating: the hook runs, and removes what is left
        }
    }

    private static boolean lives(long process, long start) {
        return ProcessHandle.of(process)
                .filter(ProcessHandle::isAlive)
                .filter(handle -> Math.abs(start(handle) - start) <= CLOCK)
                .isPresent();
    }

    /** Seconds since 1970; 0 if the system does not provide it. */
    private static long start(ProcessHandle process) {
        return process.info().startInstant().map(Instant::getEpochSecond).orElse(0L);
    }
}
