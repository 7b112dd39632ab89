package orrery.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import orrery.format.FormatException;

/**
 * Watches the length of the files that weights are mapped from. Reading a page that is no longer part of its file
 * raises an {@link InternalError} in plain Java, which {@link orrery.format.MappedReads} catches; but a compiled vector
 * load ends the process (SIGBUS; seen on JDK 25). So the length is checked before each step, which takes a few
 * microseconds per file, and a truncated file fails the answer instead of the program. A file that is truncated during
 * a step still ends the process.
 */
final class WeightFiles {
    private static final long EVERY_NANOS = 20_000_000;

    private record Known(Path path, long length) {}

    private final List<Known> files = new ArrayList<>();
    private long checked = System.nanoTime() - EVERY_NANOS;

    /**
     * For the files of an open model.
     *
     * @throws EngineException if a file's length cannot be read
     */
    WeightFiles(List<Path> paths) {
        for (var path : paths) {
            try {
                files.add(new Known(path, Files.size(path)));
            } catch (IOException e) {
                throw new EngineException("could not read " + path + ": " + FormatException.reason(e), e);
            }
        }
    }

    /**
     * Checks again, unless it did so very recently. A file that was removed or replaced is still mapped as it was.
     *
     * @throws EngineException naming a file that has become shorter
     */
    void check() {
        long now = System.nanoTime();
        if (now - checked < EVERY_NANOS) {
            return;
        }
        checked = now;
        for (var file : files) {
            long length = file.path.toFile().length();
            // Also 0 for a file that was removed, whose pages still exist.
            if (length < file.length && Files.exists(file.path)) {
                checked = now - EVERY_NANOS;
                throw new EngineException("could not read " + file.path + ": it is " + length + " bytes long, expected "
                        + file.length + ": the file changed while it was open");
            }
        }
    }
}
