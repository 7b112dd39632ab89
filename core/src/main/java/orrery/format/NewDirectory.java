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

/** A directory that appears complete or not at all: it is filled beside its place and then renamed. */
public final class NewDirectory {
    /** How the names of a released model's files end; a directory with anything else in it is not replaced. */
    private static final List<String> MODEL_FILES =
            List.of(".json", ".safetensors", ".jinja", ".model", "merges.txt", "vocab.txt");

    private static final String NEW = ".new";
    private static final String OLD = ".old";

    private NewDirectory() {}

    /**
     * Fills a directory and puts it in its place. Whatever goes wrong, nothing of it remains, and what was there before
     * is unchanged; that holds too when the process is asked to end meanwhile. What one left that was killed, the next
     * one for the same place removes.
     *
     * @param target where it is to be; its parent has to exist
     * @param replace whether a model's directory may be there already, which is then deleted
     * @param fill writes into the directory that it is given, and has ended to do so when it returns or throws
     * @throws FormatException if something is at {@code target} that may not be replaced, or nothing can be written
     *     there
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

    /** What the names of all begin with that is kept beside a place for a while. */
    private static Path hidden(Path place) {
        return place.resolveSibling("." + place.getFileName());
    }

    /**
     * Removes what a process left that was killed; one that had set the old directory aside and not yet put the new one
     * in its place gets it back.
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

    /** Whether something is there that is about to be replaced. */
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
        // No call exchanges two directories: the old one steps aside first, and comes back if the new one cannot take
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
