package orrery.draw;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import orrery.report.CacheTable;
import orrery.report.Folding;
import orrery.report.LayerKinds;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Streams;

/**
 * What a model's column shows, before anything has a place. The layers are folded by their period; of each kind of
 * layer the first run is drawn, and only with what sets it apart from the kind with the most layers, which is drawn in
 * full.
 *
 * @param name the model's
 * @param facts what heads the column
 * @param streams residual streams side by side
 * @param entry from token ids to the first layer
 * @param lower runs below the one that is drawn in full
 * @param whole that run
 * @param upper runs above it
 * @param exit from the last layer to logits
 * @param draft a draft's own parts
 * @param brackets which runs repeat together
 */
record Blueprint(
        String name,
        List<Fact> facts,
        int streams,
        List<Part> entry,
        List<DrawnBlock> lower,
        DrawnBlock whole,
        List<DrawnBlock> upper,
        List<Part> exit,
        Optional<DrawnBlock> draft,
        List<Bracket> brackets) {

    /** A number under its name. */
    record Fact(String caption, String value, String note) {}

    /** Runs that repeat together; {@code first} and {@code last} count runs from below. */
    record Bracket(int times, int first, int last) {}

    /** All runs, from below. */
    List<DrawnBlock> blocks() {
        var all = new ArrayList<>(lower);
        all.add(whole);
        all.addAll(upper);
        return List.copyOf(all);
    }

    static Blueprint of(ArchitectureSpec spec) {
        var kinds = new LinkedHashMap<List<Part>, Kind>();
        var layers = new ArrayList<Kind>();
        for (var layer : spec.layers()) {
            var parts = DrawnBlock.parts(layer, spec.hiddenSize(), spec.embedding());
            layers.add(kinds.computeIfAbsent(parts, one -> new Kind(kinds.size(), layers.size(), one)));
        }
        var folding = Folding.of(layers.stream().map(Kind::number).toList());
        var runs = new Runs(spec, List.copyOf(kinds.values()), most(layers));
        var brackets = new ArrayList<Bracket>();
        for (var group : folding.groups()) {
            int first = runs.blocks.size();
            group.runs().forEach(run -> runs.add(run.item(), run.count()));
            if (group.times() > 1) {
                brackets.add(new Bracket(group.times(), first, runs.blocks.size() - 1));
            }
        }
        return new Blueprint(
                spec.name(),
                facts(spec),
                streams(spec.layers().getFirst().streams()),
                Ends.entry(spec),
                List.copyOf(runs.blocks.subList(0, runs.whole)),
                runs.blocks.get(runs.whole),
                List.copyOf(runs.blocks.subList(runs.whole + 1, runs.blocks.size())),
                Ends.exit(spec),
                spec.draft().map(draft -> Ends.draft(spec, draft, runs.base.parts())),
                List.copyOf(brackets));
    }

    /** Layers that are drawn alike. */
    private record Kind(int number, int firstLayer, List<Part> parts) {
        /** Whether the other has a part in each place in which this one has one, and no others. */
        boolean isBuiltAs(Kind other) {
            return parts.stream()
                    .map(Part::slot)
                    .toList()
                    .equals(other.parts.stream().map(Part::slot).toList());
        }
    }

    private static Kind most(List<Kind> layers) {
        var counts = new LinkedHashMap<Kind, Integer>();
        layers.forEach(kind -> counts.merge(kind, 1, Integer::sum));
        return counts.entrySet().stream()
                .reduce((one, other) -> other.getValue() > one.getValue() ? other : one)
                .map(Map.Entry::getKey)
                .orElseThrow();
    }

    /** The runs as they are told, each kind drawn once. */
    private static final class Runs {
        private final ArchitectureSpec spec;
        private final LayerKinds names;
        private final List<Kind> kinds;
        private final Kind base;
        private final List<DrawnBlock> blocks = new ArrayList<>();
        private final List<Integer> drawn = new ArrayList<>();
        private int whole = -1;

        Runs(ArchitectureSpec spec, List<Kind> kinds, Kind base) {
            this.spec = spec;
            this.kinds = kinds;
            this.base = base;
            names = LayerKinds.of(spec);
        }

        void add(int number, int count) {
            var kind = kinds.get(number);
            boolean again = drawn.contains(number);
            drawn.add(number);
            if (kind.equals(base)) {
                if (!again) {
                    whole = blocks.size();
                }
                blocks.add(block(kind, count, again ? List.of() : kind.parts(), !again, again ? badge(kind) : ""));
            } else if (again) {
                blocks.add(block(kind, count, List.of(), false, badge(kind)));
            } else if (kind.isBuiltAs(base)) {
                var others = IntStream.range(0, kind.parts().size())
                        .filter(i -> !kind.parts().get(i).equals(base.parts().get(i)))
                        .mapToObj(
                                i -> otherwise(kind.parts().get(i), base.parts().get(i)))
                        .toList();
                blocks.add(block(kind, count, others, false, badge(base)));
            } else {
                blocks.add(block(kind, count, kind.parts(), true, ""));
            }
        }

        /** A part with only those facts that the other has not; with all if the other has facts that it lacks. */
        private static Part otherwise(Part part, Part other) {
            return part instanceof Part.Boxed(var slot, var box) && other instanceof Part.Boxed(var _, var like)
                    ? new Part.Boxed(slot, box.otherwiseThan(like))
                    : part;
        }

        /** @param as the kind that it is like; empty if all of it is drawn */
        private DrawnBlock block(Kind kind, int count, List<Part> parts, boolean full, String as) {
            String like = as.isEmpty() ? "" : parts.isEmpty() ? "as " + as : "otherwise as " + as;
            var each = spec.layers().get(kind.firstLayer()).weights(spec.hiddenSize());
            return new DrawnBlock(count, badge(kind), name(kind), like, Phrase.count(each), parts, full);
        }

        private String badge(Kind kind) {
            return kinds.size() == 1 ? "" : Character.toString('A' + kind.number());
        }

        private List<String> name(Kind kind) {
            if (kinds.size() == 1) {
                return List.of(spec.layers().size() == 1 ? "the only layer" : "all layers alike");
            }
            var pair = names.layers().get(kind.firstLayer());
            var name = new ArrayList<String>();
            if (names.attention().size() > 1) {
                name.add(grouped(pair.attention().name()));
            }
            if (names.feedForward().size() > 1) {
                name.add(grouped(pair.feedForward().name()));
            }
            return name;
        }

        /** With its numbers in groups of three digits. */
        private static String grouped(String name) {
            return Pattern.compile("\\d{4,9}")
                    .matcher(name)
                    .replaceAll(number -> Numbers.exact(Long.parseLong(number.group())));
        }
    }

    private static int streams(Streams streams) {
        return switch (streams) {
            case Streams.Single _ -> 1;
            case Streams.Parallel parallel -> parallel.count();
        };
    }

    private static List<Fact> facts(ArchitectureSpec spec) {
        boolean sparse = spec.activeParameters() != spec.parameters();
        return List.of(
                new Fact(
                        "parameters",
                        Numbers.rounded(spec.parameters()),
                        sparse ? Numbers.rounded(spec.activeParameters()) + " active" : "all active"),
                new Fact("layers", Numbers.exact(spec.layers().size()), "hidden " + Numbers.exact(spec.hiddenSize())),
                new Fact(
                        "KV cache per token",
                        Numbers.bytes(spec.cacheElementsPerToken() * CacheTable.BF16_BYTES),
                        "in bf16"),
                new Fact("context", Numbers.exact(spec.maxPositions()), "tokens"));
    }

    /** Layers that it stands for, all brackets multiplied out. */
    int layers() {
        var blocks = blocks();
        return IntStream.range(0, blocks.size())
                .map(i -> blocks.get(i).layers()
                        * brackets.stream()
                                .filter(bracket -> bracket.first() <= i && i <= bracket.last())
                                .mapToInt(Bracket::times)
                                .reduce(1, (one, other) -> one * other))
                .sum();
    }
}
