package orrery.report;

import static orrery.report.DataMap.map;

import java.nio.file.Path;
import java.util.Map;
import orrery.catalog.Catalog;

/**
 * What tells a program which model is meant, the same in every report: its {@code name}, and the {@code path} that it
 * was read from where it is no release out of the catalog.
 */
public final class ModelData {
    private ModelData() {}

    /** A model that is in no file. */
    public static Map<String, Object> of(String name) {
        return map("name", name);
    }

    /** A model out of a file or a directory. */
    public static Map<String, Object> of(String name, Path path) {
        return map("name", name, "path", path.toString());
    }

    /**
     * A named model.
     *
     * @param what a release's name or a path, as {@link Catalog#describe} takes it
     */
    public static Map<String, Object> of(String name, String what) {
        return Catalog.file(what).map(path -> of(name, path)).orElseGet(() -> of(name));
    }

    /** Files whose architecture was not read. */
    public static Map<String, Object> of(Path path) {
        return of(String.valueOf(path.toAbsolutePath().normalize().getFileName()), path);
    }
}
