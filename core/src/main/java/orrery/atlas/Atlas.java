package orrery.atlas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.format.JsonText;
import orrery.format.OwnDirectory;

/**
 * The atlas: a static site with a page for every model and every mechanism, a page to compare models, and a timeline.
 * It needs no server and no network, only the files that are written; pages link to model cards and papers, and load
 * nothing from there.
 *
 * <pre>{@code Atlas.ofCatalog().write(Path.of("site"), false, (done, all) -> {});}</pre>
 */
public final class Atlas {
    private static final Set<String> OURS = Set.of(
            "index.html", "compare.html", "timeline.html", "mechanisms.html", "mechanisms", "models", "data", "assets");

    /** Which directories an atlas may take the place of. */
    private static final OwnDirectory DIRECTORY =
            new OwnDirectory("an atlas", ".orrery-atlas", "orrery atlas", OURS::contains);

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
        DIRECTORY.write(directory, replace, place -> {
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

    private SequencedMap<String, Supplier<String>> files() {
        var data = new SiteData(entries);
        var drawings = new MechanismDrawing(entries);
        var files = new LinkedHashMap<String, Supplier<String>>();
        files.put(DIRECTORY.marker(), DIRECTORY::mark);
        ASSETS.forEach(name -> files.put("assets/" + name, () -> resource(name)));
        files.put("assets/icon.svg", () -> Icon.FILE);
        files.put("assets/theme.css", Palette::css);
        put(files, GalleryPage.of(entries));
        put(files, ComparePage.of(entries));
        put(files, TimelinePage.of(entries));
        put(files, MechanismPage.index(entries));
        for (var mechanism : Mechanism.values()) {
            Supplier<Page> page = () -> MechanismPage.of(mechanism, entries, drawings.of(mechanism));
            files.put(MechanismPage.path(mechanism), () -> page.get().html());
        }
        files.put("data/catalog.js", () -> script("catalog", data.catalog()));
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            var before = entries.get(Math.max(0, i - 1));
            var after = entries.get(Math.min(entries.size() - 1, i + 1));
            Supplier<Page> page = () -> ModelPage.of(entry, neighbours(entry), before, after);
            files.put(entry.page(), () -> page.get().html());
            script(files, "models/" + entry.name(), () -> data.model(entry));
            script(files, "differences/" + entry.name(), () -> data.differences(entry));
        }
        return files;
    }

    private static void script(Map<String, Supplier<String>> files, String name, Supplier<Map<String, Object>> data) {
        files.put("data/" + name + ".js", () -> script(name, data.get()));
    }

    private static void put(Map<String, Supplier<String>> files, Page page) {
        files.put(page.path(), page::html);
    }

    /** A few models to compare with: of the same size in other families, and of the same family in other sizes. */
    private List<Entry> neighbours(Entry entry) {
        var nearest =
                Comparator.comparingDouble((Entry other) -> Math.abs(Math.log((double) other.total() / entry.total())));
        var sorted = entries.stream()
                .filter(other -> !other.name().equals(entry.name()))
                .sorted(nearest)
                .toList();
        Predicate<Entry> related = other -> other.family().equals(entry.family());
        return Stream.concat(
                        sorted.stream().filter(related).limit(2),
                        sorted.stream().filter(related.negate()).limit(4))
                .toList();
    }

    /** Data as a script that hands them to the page: a page opened from a disk may load scripts, and nothing else. */
    private static String script(String name, Map<String, Object> data) {
        return "orreryAtlas.register(" + JsonText.of(name, JsonText.Doubles.SHORT) + ","
                + JsonText.of(data, JsonText.Doubles.SHORT) + ");\n";
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

    static String resource(String name) {
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
