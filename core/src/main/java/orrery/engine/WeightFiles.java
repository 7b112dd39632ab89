package orrery.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import orrery.format.FormatException;

/**
 * Watches the length of the files that weights are mapped from. Reading a page that is no longer part of its file
 * raises an {@link InternalError} from plain Java, which {@link orrery.format.MappedReads} catches; but from a compiled
 * vector load it ends the process (SIGBUS; seen on JDK 25). So the length is looked at before a step, a few
 * microseconds for each file, and a file that was cut short stops the answer instead of the program. One that is cut
 * within a step still ends it.
 */
final class WeightFiles {
    private static final long EVERY_NANOS = 20_000_000;

    private record Known(Path path, long length) {}

    private final List<Known> files = new ArrayList<>();
    private long checked = System.nanoTime() - EVERY_NANOS;

    /**
     * Of a model that is already open.
     *
     * @throws EngineException if a file cannot be looked at
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
     * Looks again, unless it just did. A file that was removed or replaced is still mapped as it was.
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
            // 0 for a file that is gone, too, whose pages are still there.
            if (length < file.length && Files.exists(file.path)) {
                checked = now - EVERY_NANOS;
                throw new EngineException("could not read " + file.path + ": it is " + length + " bytes long, expected "
                        + file.length + ": the file changed while it was open");
            }
        }
    }
}
