package orrery.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A directory that appears complete or not at all: it is filled beside its place and then renamed. */
public final class NewDirectory {
    /** How the names of a released model's files end; a directory with anything else in it is not replaced. */
    private static final List<String> MODEL_FILES =
            List.of(".json", ".safetensors", ".jinja", ".model", "merges.txt", "vocab.txt");

    private NewDirectory() {}

    /**
     * Fills a directory and puts it in its place. Whatever goes wrong, nothing of it remains, and what was there before is unchanged;
     * that holds too when the process is asked to end meanwhile.
     *
     * @param target where it is to be; its parent has to exist
     * @param replace whether a model's directory may be there already, which is then deleted
     * @param fill writes into the directory that it is given
     * @throws FormatException if something is at {@code target} that may not be replaced, or nothing can be written there
     */
    public static void write(Path target, boolean replace, Consumer<Path> fill) {
        write(target, replace, "a model's directory", NewDirectory::requireModel, fill);
    }

    /**
     * The same for directories of another kind.
     *
     * @param kind what may be replaced, in a few words
     * @param replaceable throws a {@link FormatException} for a directory that holds anything else
     */
    public static void write(
            Path target, boolean replace, String kind, Consumer<Path> replaceable, Consumer<Path> fill) {
        Path place = target.toAbsolutePath().normalize();
        if (requireFree(target, place, replace, kind)) {
            replaceable.accept(target);
        }
        Path beside = sibling(place, "new");
        Thread cleaning = new Thread(() -> deleteQuietly(beside));
        Runtime.getRuntime().addShutdownHook(cleaning);
        try {
            Files.createDirectory(beside);
            fill.accept(beside);
            moveInto(place, beside);
        } catch (IOException e) {
            deleteAfter(beside, e);
            throw new FormatException("could not write " + target + ": " + why(e), e);
        } catch (RuntimeException | Error e) {
            deleteAfter(beside, e);
            throw e;
        } finally {
            forget(cleaning);
        }
    }

    private static Path sibling(Path place, String what) {
        return place.resolveSibling("." + place.getFileName() + "." + UUID.randomUUID() + "." + what);
    }

    /** Whether something is there that is about to be replaced. */
    private static boolean requireFree(Path target, Path place, boolean replace, String kind) {
        Path parent = place.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new FormatException("could not write " + target + ": " + parent + " is no directory");
        }
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (!replace) {
            throw new FormatException(target + " exists already, and was not to be replaced");
        }
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            throw new FormatException(target + " is no directory; only " + kind + " is replaced");
        }
        return true;
    }

    private static void requireModel(Path target) {
        try (Stream<Path> entries = Files.list(target)) {
            List<Path> all = entries.toList();
            boolean model = all.stream().anyMatch(path -> path.endsWith(ModelDirectory.CONFIG));
            if (!model && !all.isEmpty()) {
                throw new FormatException(target + " holds no " + ModelDirectory.CONFIG
                        + "; only a model's directory, or an empty one, is replaced");
            }
            for (Path entry : all) {
                if (!Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS) || !belongsToAModel(entry)) {
                    throw new FormatException(target + " holds " + entry.getFileName()
                            + ", which belongs to no model and would be deleted; move it away first");
                }
            }
        } catch (IOException e) {
            throw FormatException.unreadable(target, e);
        }
    }

    private static boolean belongsToAModel(Path file) {
        String name = String.valueOf(file.getFileName());
        return MODEL_FILES.stream().anyMatch(name::endsWith);
    }

    private static void moveInto(Path place, Path beside) throws IOException {
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        // No call exchanges two directories: the old one steps aside first, and comes back if the new one cannot take
        // its place.
        Path before = sibling(place, "old");
        Files.move(place, before, StandardCopyOption.ATOMIC_MOVE);
        try {
            Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.move(before, place, StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
        delete(before);
    }

    private static String why(IOException e) {
        return e instanceof AccessDeniedException ? "permission denied" : e.toString();
    }

    private static void deleteAfter(Path directory, Throwable reason) {
        try {
            delete(directory);
        } catch (IOException | UncheckedIOException e) {
            reason.addSuppressed(e);
        }
    }

    private static void deleteQuietly(Path directory) {
        try {
            delete(directory);
        } catch (IOException | UncheckedIOException e) {
            System.getLogger(NewDirectory.class.getName())
                    .log(System.Logger.Level.WARNING, "could not remove " + directory, e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException absent) {
            return;
        }
    }

    private static void forget(Thread cleaning) {
        try {
            Runtime.getRuntime().removeShutdownHook(cleaning);
        } catch (IllegalStateException ending) {
            return; // the process ends: the hook runs, and finds nothing or removes what is left
        }
    }
}
