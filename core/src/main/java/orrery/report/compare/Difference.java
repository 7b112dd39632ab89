package orrery.report.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import orrery.report.FactValue;
import orrery.report.Facts;
import orrery.report.Layered;
import orrery.report.Property;
import orrery.report.Topic;
import orrery.spec.ArchitectureSpec;

/**
 * One way in which a model differs from another, in words.
 *
 * @param kind whether it is built differently, or only larger
 * @param property what the two differ in
 * @param sentence about the second model, without a subject: {@code adds a query latent: 1,536}
 * @param distance how far the two are apart in it: the logarithm of the ratio of two numbers, 1 where there is no ratio
 */
public record Difference(Kind kind, Property property, String sentence, double distance) {

    /** From what matters most. */
    public enum Kind {
        /** Something that one has or does and the other does not. */
        STRUCTURE,
        /** The same with another number. */
        SIZE,
        /**
         * The same computation, kept differently in files: which elements RoPE pairs, whether a norm's weights are
         * stored less one, a number rounded to a float, RoPE's scaling as a rule or as its divisors.
         */
        STORAGE
    }

    public Topic topic() {
        return property.topic();
    }

    /**
     * How {@code other} differs from {@code base}, the most important first. Empty exactly where the two are equal but
     * for the name.
     *
     * @throws IllegalStateException if the two differ in something that is no fact
     */
    public static List<Difference> between(ArchitectureSpec base, ArchitectureSpec other) {
        if (areEqual(base, other)) {
            return List.of();
        }
        return between(base, Facts.of(base), other, Facts.of(other));
    }

    /** The same for two differing models whose facts are known. */
    static List<Difference> between(ArchitectureSpec base, Facts from, ArchitectureSpec other, Facts to) {
        var all = new ArrayList<Difference>();
        add(all, from, to, "");
        if (from.mtp().isPresent() && to.mtp().isPresent()) {
            add(all, from.mtp().get(), to.mtp().get(), "MTP layer: ");
        }
        if (all.isEmpty()) {
            throw new IllegalStateException(
                    other.name() + " differs from " + base.name() + " in something that no fact covers");
        }
        all.sort(Comparator.comparing(Difference::kind));
        return List.copyOf(all);
    }

    /** Sizes first: most models differ in them, and all layers need not be looked at. */
    static boolean areEqual(ArchitectureSpec base, ArchitectureSpec other) {
        return base.hiddenSize() == other.hiddenSize()
                && base.layers().size() == other.layers().size()
                && base.withName("").equals(other.withName(""));
    }

    private static void add(List<Difference> all, Facts from, Facts to, String beginning) {
        for (var property : Property.values()) {
            var a = from.of(property);
            var b = to.of(property);
            // Published facts are rows of the table; sentences are only about the specs.
            if (property != Property.CONTEXT && a.isPresent() && b.isPresent()) {
                var kind = between(property, a.get(), b.get());
                if (kind.isPresent()) {
                    String sentence = beginning + sentence(property, a.get(), b.get());
                    double distance = distance(property, kind.get(), a.get(), b.get());
                    all.add(new Difference(kind.get(), property, sentence, distance));
                }
            }
        }
    }

    /** In which way two models differ in a property; empty where they do not, or where others tell it. */
    static Optional<Kind> between(Property property, Layered a, Layered b) {
        if (property == Property.CONTEXT && (isUnknown(a) || isUnknown(b))) {
            return Optional.empty();
        }
        if (property.isDerived() || agree(property, a, b, FactValue::same)) {
            return Optional.empty();
        }
        if (property.isStorage() || agree(property, a, b, FactValue::computed)) {
            return Optional.of(Kind.STORAGE);
        }
        return Optional.of(agree(property, a, b, FactValue::form) ? Kind.SIZE : Kind.STRUCTURE);
    }

    private static boolean isUnknown(Layered value) {
        return value.only().flatMap(FactValue::data).isEmpty();
    }

    private static boolean agree(Property property, Layered a, Layered b, Function<FactValue, Object> asked) {
        return property == Property.REACH ? a.inOrderAs(b, asked) : a.agreesWith(b, asked);
    }

    private static String sentence(Property property, Layered a, Layered b) {
        String label = property.label();
        String before = a.words();
        String now = b.words();
        if (b.isNone()) {
            return "no " + label;
        }
        if (a.isNone()) {
            return "adds " + property.article()
                    + (now.startsWith(label) ? now : now.equals("yes") ? label : label + ": " + now);
        }
        if (now.equals(before)) {
            before = a.inOrder(FactValue::words);
            now = b.inOrder(FactValue::words);
        }
        if (now.equals(before)) {
            before = a.inOrder(value -> value.same().toString());
            now = b.inOrder(value -> value.same().toString());
        }
        boolean layered = now.contains(" in ") || now.contains(", ");
        String instead = (layered ? ", instead of " : " instead of ") + before;
        if (property.isCount() && b.number().isPresent()) {
            return now + " " + (now.equals("1") ? label.replaceFirst("s$|s(?= )", "") : label) + instead;
        }
        return (now.startsWith(label) ? now : label + " " + now) + instead;
    }

    /** Never 0, since the two are not the same. */
    private static double distance(Property property, Kind kind, Layered a, Layered b) {
        if (property == Property.NORM_EPSILON || kind == Kind.STORAGE) {
            return 0.1; // these hardly matter, and files are not architectures
        }
        double ratio = kind == Kind.SIZE ? Math.abs(Math.log(b.mean() / a.mean())) : 1;
        return Double.isFinite(ratio) && ratio > 0 ? ratio : 1;
    }

    /** The sentences of one kind, in order. */
    public static List<String> sentences(List<Difference> differences, Kind kind) {
        return differences.stream()
                .filter(difference -> difference.kind() == kind)
                .map(Difference::sentence)
                .toList();
    }
}
