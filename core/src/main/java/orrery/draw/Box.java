package orrery.draw;

import java.util.List;
import java.util.Optional;
import orrery.spec.Experts;

/**
 * A part of a model as a labelled box.
 *
 * @param role what colours it
 * @param title what it is
 * @param count its parameters
 * @param lines what else there is to say
 * @param tiles its experts, one tile each
 * @param cache what it remembers
 */
record Box(Role role, String title, String count, List<Line> lines, Optional<Tiles> tiles, Optional<String> cache) {
    /** The key of what it remembers. */
    static final String CACHE = "cache";

    Box {
        lines = List.copyOf(lines);
    }

    /**
     * A fact.
     *
     * @param key its subject: it is compared with facts of other models that have the same key
     */
    record Line(String key, String text) {}

    /**
     * Experts.
     *
     * @param count routed ones
     * @param chosen those that are active for one token, for example
     * @param shared whether there is one that every token takes
     */
    record Tiles(int count, List<Integer> chosen, boolean shared) {
        Tiles {
            chosen = List.copyOf(chosen);
        }

        static Tiles of(Experts op, boolean shared) {
            return new Tiles(op.count(), ExpertTiles.chosen(op), shared);
        }
    }

    static Box of(Role role, String title, String count, Line... lines) {
        return new Box(role, title, count, List.of(lines), Optional.empty(), Optional.empty());
    }

    /** What it says of something; {@link #CACHE} is what it remembers. Empty if nothing. */
    Optional<String> fact(String key) {
        return key.equals(CACHE)
                ? cache
                : lines.stream()
                        .filter(line -> line.key().equals(key))
                        .map(Line::text)
                        .findFirst();
    }
}
