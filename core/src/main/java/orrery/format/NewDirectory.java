package orrery.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A directory that appears complete or not at all: it is written under a temporary name and then renamed. */
public final class NewDirectory {
    /** The extensions of a released model's files; a directory that contains anything else is not replaced. */
    private static final List<String> MODEL_FILES =
            List.of(".json", ".safetensors", ".jinja", ".model", "merges.txt", "vocab.txt");

    private static final String NEW = ".new";
    private static final String OLD = ".old";

    private NewDirectory() {}

    /**
     * Fills a directory and moves it to its place. If anything fails, or the process is asked to terminate, the new
     * directory is removed and an existing one is unchanged. What a killed process left behind, the next call for the
     * same place removes.
     *
     * @param target its path; the parent has to exist
     * @param replace whether an existing model directory may be replaced
     * @param fill writes into the directory that it gets; must have finished writing when it returns or throws
     * @throws FormatException if something at {@code target} may not be replaced, or nothing can be written there
     */
    public static void write(Path target, boolean replace, Consumer<Path> fill) {
        write(target, replace, "a model's directory", NewDirectory::requireModel, fill);
    }

    /**
     * The same for another kind of directory.
     *
     * @param kind what may be replaced, in a few words
     * @param replaceable throws a {@link FormatException} for a directory with other contents
     */
    public static void write(
            Path target, boolean replace, String kind, Consumer<Path> replaceable, Consumer<Path> fill) {
        Path place = target.toAbsolutePath().normalize();
        requireParent(target, place);
        recover(target, place);
        if (requireFree(target, place, replace, kind)) {
            replaceable.accept(target);
        }
        Path beside = Leftover.beside(hidden(place), NEW);
        Thread cleaning = Leftover.deletedAtTheEnd(beside);
        try {
            Files.createDirectory(beside);
            fill.accept(beside);
            moveInto(place, beside);
        } catch (IOException e) {
            Leftover.deleteAfter(beside, e);
            throw unwritable(target, e);
        } catch (UncheckedIOException e) {
            Leftover.deleteAfter(beside, e);
            throw unwritable(target, Objects.requireNonNull(e.getCause()));
        } catch (RuntimeException | Error e) {
            Leftover.deleteAfter(beside, e);
            throw e;
        } finally {
            Leftover.forget(cleaning);
        }
    }

    private static FormatException unwritable(Path target, IOException cause) {
        return new FormatException("could not write " + target + ": " + FormatException.reason(cause), cause);
    }

    /** The prefix of the temporary names for a place. */
    private static Path hidden(Path place) {
        return place.resolveSibling("." + place.getFileName());
    }

    /**
     * Removes what killed processes left behind; if one had moved the old directory aside without putting the new one
     * in its place, the old one is restored.
     */
    private static void recover(Path target, Path place) {
        try {
            for (Path before : Leftover.of(hidden(place), OLD)) {
                if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                    Leftover.deleteQuietly(before);
                } else {
                    Files.move(before, place, StandardCopyOption.ATOMIC_MOVE);
                }
            }
            Leftover.remove(hidden(place), NEW);
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    private static void requireParent(Path target, Path place) {
        Path parent = place.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new FormatException("could not write " + target + ": " + parent + " is not a directory");
        }
    }

    /** Whether something exists that is about to be replaced. */
    private static boolean requireFree(Path target, Path place, boolean replace, String kind) {
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (!replace) {
            throw new FormatException(target + " exists already, and was not to be replaced");
        }
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            throw new FormatException(target + " is not a directory; only " + kind + " is replaced");
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
                            + ", which is not part of a model and would be deleted; move it away first");
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
        // No call exchanges two directories: the old one is moved aside first, and restored if the new one cannot take
        // its place.
        Path before = Leftover.beside(hidden(place), OLD);
        Files.move(place, before, StandardCopyOption.ATOMIC_MOVE);
        try {
            Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.move(before, place, StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
        Leftover.delete(before);
    }
}
