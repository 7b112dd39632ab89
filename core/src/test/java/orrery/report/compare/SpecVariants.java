package orrery.report.compare;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import orrery.spec.Activation;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Draft;
import orrery.spec.EmbeddingSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.spec.RopeScaling;
import orrery.spec.Scores;
import orrery.spec.SpecException;

/**
 * Copies of a spec with one record component changed, found by reflection, so that a new component is tried without
 * anyone thinking of it.
 */
final class SpecVariants {
    /** What else may stand where a sealed interface is asked for. */
    private static final Map<Class<?>, List<Object>> ALTERNATIVES = Map.of(
            NormSpec.class, List.of(NormSpec.NONE, new NormSpec.Rms(1e-3), new NormSpec.Layer(1e-3)),
            Position.class, List.of(Position.NONE, new Position.Rope(777, 2)),
            Reach.class, List.of(Reach.FULL, new Reach.Window(7), new Reach.Chunk(9)),
            RopeScaling.class,
                    List.of(
                            RopeScaling.NONE,
                            new RopeScaling.Linear(3),
                            new RopeScaling.Llama3(3, 1, 2, 100),
                            new RopeScaling.Dynamic(3, 100),
                            new RopeScaling.LongRope(List.of(1.0), List.of(2.0), 100, 1),
                            new RopeScaling.Yarn(3, 100, 32, 1, 1, true)),
            Scores.Temperature.class, List.of(Scores.Temperature.NONE, new Scores.Temperature.Tuned(0.5, 3)),
            GroupedQuery.KeyValues.class, List.of(GroupedQuery.KeyValues.OWN, new GroupedQuery.KeyValues.Borrowed(0)),
            Experts.Router.Groups.class,
                    List.of(
                            Experts.Router.Groups.ALL,
                            new Experts.Router.Groups.Best(1, 1, Experts.Router.GroupScore.MAXIMUM)),
            EmbeddingSpec.PerLayer.class,
                    List.of(
                            EmbeddingSpec.PerLayer.NONE,
                            new EmbeddingSpec.PerLayer.Table(5, 3, new NormSpec.Rms(1e-3))));

    /** Every place that some variant changed, as a type and a component. */
    private final TreeSet<String> changed = new TreeSet<>();

    /** A changed spec, and where it was changed. */
    record Variant(String where, ArchitectureSpec spec) {}

    TreeSet<String> changed() {
        return changed;
    }

    List<Variant> of(ArchitectureSpec spec) {
        return variants(ArchitectureSpec.class, spec).entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith(".name"))
                .map(entry -> new Variant(entry.getKey(), (ArchitectureSpec) entry.getValue()))
                .toList();
    }

    /** Other values of a declared type, by where and how they differ. */
    private Map<String, Object> variants(Class<?> declared, Object value) {
        var all = new LinkedHashMap<String, Object>();
        switch (value) {
            case Boolean flag -> all.put("=" + !flag, !flag);
            case Integer number ->
                Stream.of(number + 1, number * 2, number - 1, number / 2).forEach(other -> all.put("=" + other, other));
            case Double number ->
                Stream.of(number * 2, number / 2, number + 1, 0.25).forEach(other -> all.put("=" + other, other));
            case Float number ->
                Stream.of(number * 2, number / 2, number + 1).forEach(other -> all.put("=" + other, other));
            case String text -> all.put("=other", text + " other");
            case Enum<?> one ->
                Arrays.stream(one.getDeclaringClass().getEnumConstants()).forEach(other -> all.put("=" + other, other));
            case OptionalInt number -> {
                all.put("=empty", OptionalInt.empty());
                all.put("=other", OptionalInt.of(number.orElse(7) + 1));
            }
            case Optional<?> optional -> {
                all.put("=empty", Optional.empty());
                optional.ifPresent(one ->
                        variants(one.getClass(), one).forEach((where, other) -> all.put(where, Optional.of(other))));
            }
            case List<?> list -> lists(list, all);
            case Record one -> records(one, all);
            default -> {}
        }
        ALTERNATIVES.getOrDefault(declared, List.of()).forEach(other -> all.put("=" + other, other));
        all.values().removeIf(value::equals);
        return all;
    }

    private void records(Record one, Map<String, Object> all) {
        var components = one.getClass().getRecordComponents();
        var values =
                Arrays.stream(components).map(component -> read(component, one)).toArray();
        for (int i = 0; i < components.length; i++) {
            int changing = i;
            var others = new LinkedHashMap<>(variants(components[i].getType(), values[i]));
            others.putAll(samples(one, components[i].getName()));
            others.forEach((where, other) -> made(one, components, values, changing, other)
                    .ifPresent(variant -> {
                        if (!variant.equals(one)) {
                            all.put("." + components[changing].getName() + where, variant);
                            changed.add(one.getClass().getSimpleName() + "." + components[changing].getName());
                        }
                    }));
        }
    }

    /** What an optional component might hold. */
    private static Map<String, Object> samples(Record owner, String component) {
        return switch (owner) {
            case Experts experts
            when component.equals("shared") -> Map.of("=sample", Optional.of(new FeedForward(3, Activation.GELU_ERF)));
            case ArchitectureSpec spec
            when component.equals("draft") ->
                Map.of(
                        "=sample",
                        Optional.of(
                                new Draft(new NormSpec.Rms(1e-3), spec.layers().getFirst())));
            default -> Map.of();
        };
    }

    /** One layer less, one more, and each change made to the first, to the last, and to all. */
    private void lists(List<?> list, Map<String, Object> all) {
        if (list.size() > 1) {
            all.put("=shorter", list.subList(0, list.size() - 1));
        }
        var longer = new ArrayList<Object>(list);
        longer.add(list.getLast());
        all.put("=longer", longer);
        var inEach = list.stream()
                .map(element -> variants(element instanceof LayerSpec ? LayerSpec.class : element.getClass(), element))
                .toList();
        for (String where : inEach.getFirst().keySet()) {
            all.put("[all]" + where, each(list, i -> inEach.get(i).getOrDefault(where, list.get(i))));
            all.put(
                    "[0]" + where,
                    each(list, i -> i == 0 ? inEach.get(i).getOrDefault(where, list.get(i)) : list.get(i)));
        }
        int last = list.size() - 1;
        for (String where : inEach.getLast().keySet()) {
            all.put(
                    "[last]" + where,
                    each(list, i -> i == last ? inEach.get(i).getOrDefault(where, list.get(i)) : list.get(i)));
        }
    }

    private static List<Object> each(List<?> list, Function<Integer, Object> element) {
        var changed = new ArrayList<Object>();
        for (int i = 0; i < list.size(); i++) {
            changed.add(element.apply(i));
        }
        return changed;
    }

    private static Object read(RecordComponent component, Record one) {
        try {
            return component.getAccessor().invoke(one);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The record with another component, if there is such a record. */
    private static Optional<Object> made(
            Record one, RecordComponent[] components, Object[] values, int changing, Object other) {
        var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        var arguments = values.clone();
        arguments[changing] = other;
        try {
            return Optional.of(one.getClass().getDeclaredConstructor(types).newInstance(arguments));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SpecException) {
                return Optional.empty();
            }
            throw new IllegalStateException(one + " with " + other, e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
