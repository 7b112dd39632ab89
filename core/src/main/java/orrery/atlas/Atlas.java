package orrery.atlas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import orrery.catalog.Catalog;
import orrery.catalog.Release;

/**
 * The atlas: a static site with a page for every model and every mechanism, a page to compare models, and a timeline.
 * It needs no server and no network, only the files that are written; pages link to model cards and papers, and load
 * nothing from there.
 *
 * <pre>{@code Atlas.ofCatalog().write(Path.of("site"), false, (done, all) -> {});}</pre>
 */
public final class Atlas {
    private static final List<String> ASSETS = List.of("atlas.js", "atlas.css", "licences.txt");

    private final List<Entry> entries;

    private Atlas(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** Who wants to know how far the writing is. */
    @FunctionalInterface
    public interface Progress {
        /** So many of all files are written. */
        void at(long done, long all);
    }

    /**
     * What was written.
     *
     * @param models how many models have a page
     * @param mechanisms how many mechanisms have a page
     * @param files how many files there are
     * @param bytes of all files
     */
    public record Written(int models, int mechanisms, int files, long bytes) {}

    /** Of every release that the catalog knows. */
    public static Atlas ofCatalog() {
        return of(Catalog.releases());
    }

    /**
     * Of some releases of the catalog.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Atlas of(List<Release> releases) {
        if (releases.isEmpty()) {
            throw new IllegalArgumentException("an atlas without models, expected one or more");
        }
        return new Atlas(releases.stream().map(Entry::of).toList());
    }

    /**
     * Writes the site, complete or not at all: beside its place first, and then renamed.
     *
     * @param directory where it is to be; its parent has to exist
     * @param replace whether an atlas that is there may be replaced; a directory that is no atlas, and not empty, is
     *     never touched
     * @param progress told after each file
     * @throws orrery.format.FormatException if something else is there, or nothing can be written
     */
    public Written write(Path directory, boolean replace, Progress progress) {
        long[] sums = new long[2];
        AtlasDirectory.ATLAS.write(directory, replace, place -> {
            var files = files();
            // A model's files take some tens of milliseconds of arithmetic each, and know nothing of each other. They
            // are written one after another: where that fails, no other thread is still writing into what is removed.
            files.entrySet().parallelStream()
                    .map(file -> Map.entry(file.getKey(), file.getValue().get()))
                    .forEachOrdered(file -> {
                        sums[1] += put(place.resolve(file.getKey()), file.getValue());
                        progress.at(++sums[0], files.size());
                    });
        });
        return new Written(entries.size(), Mechanism.values().length, (int) sums[0], sums[1]);
    }

    /** A file's text, made when it is written. */
    @FunctionalInterface
    private interface Text {
        String get();
    }

    private SequencedMap<String, Text> files() {
        var data = new SiteData(entries);
        var drawings = new MechanismDrawing(entries);
        var files = new LinkedHashMap<String, Text>();
        files.put(AtlasDirectory.ATLAS.marker(), AtlasDirectory.ATLAS::mark);
        ASSETS.forEach(name -> files.put("assets/" + name, () -> resource(name)));
        files.put("assets/icon.svg", () -> Icon.FILE);
        files.put("assets/theme.css", Palette::css);
        put(files, GalleryPage.of(entries));
        put(files, ComparePage.of(entries));
        put(files, TimelinePage.of(entries));
        put(files, MechanismPage.index(entries));
        for (var mechanism : Mechanism.values()) {
            files.put(
                    MechanismPage.path(mechanism),
                    () -> MechanismPage.of(mechanism, entries, drawings.of(mechanism))
                            .html());
        }
        files.put("data/catalog.js", () -> DataScript.of("catalog", data.catalog()));
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            var before = entries.get(Math.max(0, i - 1));
            var after = entries.get(Math.min(entries.size() - 1, i + 1));
            files.put(
                    entry.page(),
                    () -> ModelPage.of(entry, neighbours(entry), before, after).html());
            script(files, "models/" + entry.name(), () -> data.model(entry));
            script(files, "differences/" + entry.name(), () -> data.differences(entry));
        }
        return files;
    }

    private static void script(Map<String, Text> files, String name, Supplier<Map<String, Object>> data) {
        files.put("data/" + name + ".js", () -> DataScript.of(name, data.get()));
    }

    private static void put(Map<String, Text> files, Page page) {
        files.put(page.path(), page::html);
    }

    /** A few models to compare with: of the same size in other families, and of the same family in other sizes. */
    private List<Entry> neighbours(Entry entry) {
        var nearest =
                Comparator.comparingDouble((Entry other) -> Math.abs(Math.log((double) other.total() / entry.total())));
        var chosen = new ArrayList<Entry>();
        entries.stream()
                .filter(other ->
                        other.family().equals(entry.family()) && !other.name().equals(entry.name()))
                .sorted(nearest)
                .limit(2)
                .forEach(chosen::add);
        entries.stream()
                .filter(other -> !other.family().equals(entry.family()))
                .sorted(nearest)
                .limit(4)
                .forEach(chosen::add);
        return chosen;
    }

    private static long put(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Atlas.class.getResourceAsStream("/orrery/atlas/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the atlas's own file " + name + " is missing from this build");
            }
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
