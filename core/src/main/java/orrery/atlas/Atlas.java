package orrery.atlas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.format.JsonText;
import orrery.format.OwnDirectory;

/**
 * The atlas: a static site with a page for every model, every mechanism and every figure of the survey, a page to
 * compare models, a timeline, and a look inside a small model. It needs no server and no network, only its own files;
 * pages link to model cards and papers but load nothing from there. A server can also make the files one at a time,
 * when clients ask for them.
 *
 * <pre>{@code
 * Atlas.ofCatalog().write(Path.of("site"), false, (done, all) -> {});
 * String page = Atlas.beside(served).file("index.html");
 * }</pre>
 */
public final class Atlas {
    private static final Set<String> OURS = Set.of(
            "index.html",
            "compare.html",
            "timeline.html",
            "mechanisms.html",
            "mechanisms",
            "figures.html",
            "figures",
            "look.html",
            "look",
            "models",
            "data",
            "assets");

    /** Which directories an atlas may take the place of. */
    private static final OwnDirectory DIRECTORY =
            new OwnDirectory("an atlas", ".orrery-atlas", "orrery atlas", OURS::contains);

    private static final List<String> ASSETS = List.of("atlas.js", "atlas.css", "licences.txt");

    private final List<Entry> entries;
    private final boolean chat;
    private final SequencedMap<String, Supplier<String>> files;

    private Atlas(List<Entry> entries, boolean chat) {
        this.entries = List.copyOf(entries);
        this.chat = chat;
        files = files();
    }

    /**
     * A model that a server runs beside these pages, with a chat.
     *
     * @param name what clients call it
     * @param description what its files say
     */
    public record Served(String name, Catalog.Description description) {}

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
        return new Atlas(releases.stream().map(Entry::of).toList(), false);
    }

    /** Of every release that the catalog knows, and before them those that a server runs. */
    public static Atlas beside(List<Served> models) {
        var releases = Catalog.releases().stream().map(Entry::of).toList();
        var taken = releases.stream().map(Entry::name).collect(Collectors.toCollection(HashSet::new));
        var entries = new ArrayList<Entry>();
        models.forEach(model -> entries.add(Entry.of(model, pageName(model.name(), taken))));
        entries.addAll(releases);
        return new Atlas(entries, true);
    }

    /** The name as it may stand in an address, unlike all that are taken, and then taken. */
    private static String pageName(String served, Set<String> taken) {
        String letters = served.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^[.-]+", "");
        String plain = letters.isEmpty() ? "model" : letters;
        String name = plain;
        for (int i = 1; !taken.add(name); i++) {
            name = plain + "-served" + (i == 1 ? "" : i);
        }
        return name;
    }

    /** The paths of all files of the site. */
    public Set<String> paths() {
        return Collections.unmodifiableSet(files.keySet());
    }

    /**
     * One file of the site, made now.
     *
     * @param path one of {@link #paths}
     */
    public String file(String path) {
        return Objects.requireNonNull(files.get(path), path).get();
    }

    /** The files that look the same in every atlas, by their paths; made when they are asked for. */
    public static Map<String, Supplier<String>> assets() {
        var assets = new LinkedHashMap<String, Supplier<String>>();
        ASSETS.forEach(name -> assets.put("assets/" + name, () -> resource(name)));
        assets.put("assets/icon.svg", () -> Icon.FILE);
        assets.put("assets/theme.css", Palette::css);
        return assets;
    }

    /**
     * The page of the chat that a server has beside an atlas, within what all pages have around their content.
     *
     * @param main the content, HTML
     */
    public static String chatPage(String main) {
        return new Page("chat", "Chat", "A chat with the models that are served here.", Page.Section.CHAT, main)
                .html(true);
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
            var all = new LinkedHashMap<>(files);
            all.put(DIRECTORY.marker(), DIRECTORY::mark);
            // A model's files take some tens of milliseconds of arithmetic each, and know nothing of each other. They
            // are written one after another: where that fails, no other thread is still writing into what is removed.
            all.entrySet().parallelStream()
                    .map(file -> Map.entry(file.getKey(), file.getValue().get()))
                    .forEachOrdered(file -> {
                        sums[1] += put(place.resolve(file.getKey()), file.getValue());
                        progress.at(++sums[0], all.size());
                    });
        });
        return new Written(entries.size(), Mechanism.values().length, (int) sums[0], sums[1]);
    }

    private SequencedMap<String, Supplier<String>> files() {
        var data = new SiteData(entries);
        var drawings = new MechanismDrawing(entries);
        var figures = new FigurePages(entries);
        var files = new LinkedHashMap<String, Supplier<String>>(assets());
        page(files, GalleryPage.PATH, () -> GalleryPage.of(entries));
        page(files, ComparePage.PATH, () -> ComparePage.of(entries));
        page(files, TimelinePage.PATH, () -> TimelinePage.of(entries));
        page(files, MechanismPage.INDEX, () -> MechanismPage.index(entries));
        for (var mechanism : Mechanism.values()) {
            page(
                    files,
                    MechanismPage.path(mechanism),
                    () -> MechanismPage.of(mechanism, entries, drawings.of(mechanism), figures.of(mechanism)));
        }
        page(files, FigurePages.INDEX, figures::index);
        figures.all().forEach(one -> page(files, FigurePages.path(one), () -> figures.page(one)));
        for (var look : LookPage.values()) {
            page(files, look.path(), look::page);
        }
        files.put("data/catalog.js", () -> script("catalog", data.catalog()));
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            var before = entries.get(Math.max(0, i - 1));
            var after = entries.get(Math.min(entries.size() - 1, i + 1));
            page(files, entry.page(), () -> ModelPage.of(entry, neighbours(entry), figures.of(entry), before, after));
            script(files, "models/" + entry.name(), () -> data.model(entry));
            script(files, "differences/" + entry.name(), () -> data.differences(entry));
        }
        return files;
    }

    private static void script(Map<String, Supplier<String>> files, String name, Supplier<Map<String, Object>> data) {
        files.put("data/" + name + ".js", () -> script(name, data.get()));
    }

    private void page(Map<String, Supplier<String>> files, String path, Supplier<Page> page) {
        files.put(path, () -> page.get().html(chat));
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
