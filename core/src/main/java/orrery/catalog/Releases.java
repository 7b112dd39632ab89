package orrery.catalog;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds releases by the names that people use. */
final class Releases {
    private static final int SUGGESTIONS = 3;

    private Releases() {}

    /** The release with that name, hub id or other alias, ignoring case. */
    static Optional<Release> exact(List<Release> all, String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return all.stream()
                .filter(release -> release.name().equals(wanted))
                .findFirst()
                .or(() -> all.stream()
                        .filter(release -> release.aliases().contains(wanted))
                        .findFirst());
    }

    /**
     * The same, or the releases whose name, or else an alias, continues with a hyphen after what is given:
     * {@code mistral-small-3.1}, {@code llama-3.1}.
     */
    static List<Release> beginningWith(List<Release> all, String name) {
        var exact = exact(all, name);
        if (exact.isPresent()) {
            return List.of(exact.get());
        }
        String prefix = name.toLowerCase(Locale.ROOT) + "-";
        var named = all.stream()
                .filter(release -> release.name().startsWith(prefix))
                .toList();
        return named.isEmpty()
                ? all.stream()
                        .filter(release -> release.aliases().stream().anyMatch(alias -> alias.startsWith(prefix)))
                        .toList()
                : named;
    }

    /** Why a name is not a release's, as a clause, with the names that may be meant. */
    static String unknown(List<Release> all, List<String> families, String name) {
        var several = beginningWith(all, name);
        if (several.size() > 1) {
            return "stands for several models in the catalog: "
                    + several.stream().map(Release::name).collect(Collectors.joining(", "));
        }
        Map<String, String> names = new LinkedHashMap<>();
        for (var release : all) {
            names.put(release.name(), release.name());
            release.aliases().forEach(alias -> names.putIfAbsent(alias, release.name()));
        }
        String unknown = "is not a file, a directory or a model in the catalog; ";
        String wanted = name.toLowerCase(Locale.ROOT);
        var nearest = Nearest.first(wanted, names.keySet()).stream()
                .filter(near -> Nearest.distance(wanted, near) <= Math.max(1, wanted.length() / 3))
                .map(near -> names.getOrDefault(near, near))
                .distinct()
                .limit(SUGGESTIONS)
                .map(near -> '"' + near + '"')
                .collect(Collectors.joining(", "));
        return unknown
                + (nearest.isEmpty()
                        ? "it has models of these families: " + String.join(", ", families)
                        : "the nearest known are " + nearest);
    }
}
