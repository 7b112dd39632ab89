package orrery.draw;

import java.util.List;
import java.util.Optional;

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
    Box {
        lines = List.copyOf(lines);
    }

    /**
     * A fact.
     *
     * @param key what it is about: facts of other models with the same key are held against it
     */
    record Line(String key, String text) {}

    /**
     * Experts.
     *
     * @param count routed ones
     * @param active those that a token takes
     * @param shared whether there is one that every token takes
     */
    record Tiles(int count, int active, boolean shared) {}

    static Box of(Role role, String title, String count, Line... lines) {
        return new Box(role, title, count, List.of(lines), Optional.empty(), Optional.empty());
    }

    /** What it says of something; {@code cache} is what it remembers. Empty if nothing. */
    Optional<String> fact(String key) {
        return key.equals("cache")
                ? cache
                : lines.stream()
                        .filter(line -> line.key().equals(key))
                        .map(Line::text)
                        .findFirst();
    }

    /**
     * With only those facts that the other has not; as it is if it is another thing, or the other has facts about what
     * it does not have.
     */
    Box otherwiseThan(Box other) {
        var keys = lines.stream().map(Line::key).toList();
        if (!title.equals(other.title) || !other.lines.stream().allMatch(line -> keys.contains(line.key()))) {
            return this;
        }
        var own = lines.stream().filter(line -> !other.lines.contains(line)).toList();
        return new Box(role, title, count, own, tiles, cache);
    }
}
