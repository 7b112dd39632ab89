package orrery.app.curves;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import orrery.format.NewFile;

/**
 * The last result of {@code orrery bench} for each model, in the user's cache folder (freedesktop.org's base
 * directories): {@code $XDG_CACHE_HOME/orrery/bench-2}, where the number is the format's version. The property
 * {@code orrery.cache} replaces the folder {@code orrery}.
 */
public final class BenchHistory {
    private static final String FOLDER = "bench-2";

    private BenchHistory() {}

    private static Path folder() {
        String own = System.getProperty("orrery.cache");
        if (own != null) {
            return Path.of(own, FOLDER);
        }
        String caches = System.getenv("XDG_CACHE_HOME");
        var base = caches != null && Path.of(caches).isAbsolute()
                ? Path.of(caches)
                : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("orrery").resolve(FOLDER);
    }

    private static Path file(String model) {
        return folder().resolve(model.replaceAll("[^A-Za-z0-9._-]", "_") + ".json");
    }

    /**
     * Stores a result, replacing the previous one.
     *
     * @throws IOException if it cannot be written
     */
    public static void keep(String model, String json) throws IOException {
        var file = file(model);
        Files.createDirectories(folder());
        NewFile.write(file, json + "\n");
    }

    /** The file of the model's last result, if there is one. */
    public static Optional<Path> last(String model) {
        return Optional.of(file(model)).filter(Files::isRegularFile);
    }
}
