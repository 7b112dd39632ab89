package orrery.atlas;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orrery.catalog.Slice;
import orrery.report.Numbers;
import orrery.report.Words;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.EmbeddingSpec;
import orrery.spec.Experts;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.spec.WeightSpec;

/** What a mechanism comes to in one model: its formula with that model's numbers. */
final class MechanismCost {
    private static final String SHARE = "share of the cache of multi-head attention at the model's own size";

    private MechanismCost() {}

    /** Only for a model that uses the mechanism. */
    static Reckoning of(Mechanism mechanism, ArchitectureSpec spec) {
        return switch (mechanism) {
            case MULTI_HEAD_ATTENTION, GROUPED_QUERY_ATTENTION, MULTI_QUERY_ATTENTION ->
                heads(grouped(spec, op -> Words.title(op).equals(mechanism.title())));
            case MULTI_HEAD_LATENT_ATTENTION -> latent(latent(spec));
            case SLIDING_WINDOW -> kept(spec, reach -> reach instanceof Reach.Window, "the last ");
            case CHUNKED_ATTENTION -> kept(spec, reach -> reach instanceof Reach.Chunk, "chunks of ");
            case SHARED_KEYS_AND_VALUES -> layers(spec, MechanismCost::borrows, "layers without a cache of their own");
            case QUERY_KEY_NORM ->
                sum(spec, "weights of the norms", path -> path.matches("layers\\.\\d+\\.attention\\.[qkv]_norm\\..*"));
            case ATTENTION_TEMPERATURE -> ScoreCost.temperature(spec);
            case ROTARY_POSITIONS -> ScoreCost.rotary(spec);
            case STRETCHED_ROTARY_POSITIONS -> ScoreCost.stretched(spec);
            case NO_POSITIONS -> layers(spec, MechanismCost::withoutPosition, "layers without positions");
            case LEARNED_POSITIONS ->
                product("weights", spec.embedding().learnedPositions(), "positions", spec.hiddenSize(), "hidden size");
            case NORM_PLACEMENT -> placement(spec);
            case PARALLEL_STREAMS -> streams(spec);
            case GATED_FEED_FORWARD -> feedForward(spec, true);
            case PLAIN_FEED_FORWARD -> feedForward(spec, false);
            case ACTIVATION_SPARSITY ->
                layers(spec, layer -> layer.mlp().feedForward().sparsity() > 0, "layers with a sparse gate");
            case MIXTURE_OF_EXPERTS -> experts(spec, experts(spec));
            case SHARED_EXPERT ->
                sum(spec, "weights of shared experts", path -> path.matches("layers\\.\\d+\\.mlp\\.shared\\..*"));
            case GROUP_LIMITED_ROUTING -> groups(experts(spec));
            case TOKEN_EMBEDDING ->
                product("weights of the table", spec.vocabSize(), "tokens", spec.hiddenSize(), "hidden size");
            case TIED_HEAD -> product("weights saved", spec.vocabSize(), "tokens", spec.hiddenSize(), "hidden size");
            case PER_LAYER_EMBEDDING -> perLayer(spec);
            case SOFT_CAP -> ScoreCost.softCap(spec);
            case NESTED_MODELS -> nested(spec);
            case MULTI_TOKEN_PREDICTION ->
                Reckoning.count(
                        "parameters of the draft", spec.draftParameters(), "one layer, its projection and its norms");
        };
    }

    private static Reckoning heads(GroupedQuery op) {
        String sum = "2 × " + Numbers.count(op.heads().keyValue(), "KV head") + " × "
                + op.heads().size();
        return cached(op, sum);
    }

    private static Reckoning latent(Latent op) {
        return cached(op, op.latentRank() + " latent + " + op.rope().dimensions() + " with RoPE");
    }

    /** Against as many heads, whose keys and values are as wide as the values of this one: DeepSeek V2's baseline. */
    private static Reckoning cached(Op.Attention op, String sum) {
        long cached = op.cache().elementsPerToken();
        long all = 2L * op.queryHeads() * op.valueSize();
        String instead = cached == all
                ? ""
                : ", instead of 2 × " + Numbers.count(op.queryHeads(), "head") + " × " + op.valueSize() + " = "
                        + Numbers.exact(all);
        String formula = sum + " = " + Numbers.exact(cached) + " values per token per layer" + instead;
        return Reckoning.share(SHARE, (double) cached / all, formula);
    }

    private static Reckoning kept(ArchitectureSpec spec, Predicate<Reach> which, String how) {
        long tokens = spec.maxPositions();
        var reaches = spec.layers().stream()
                .map(layer -> layer.attention().reach())
                .filter(which)
                .toList();
        long without = spec.cacheElementsPerToken() * tokens;
        long with = spec.cacheElements(tokens);
        return Reckoning.share(
                "share of the cache that remains at the longest context",
                (double) with / without,
                reaches.size() + " of " + spec.layers().size() + " layers: " + how
                        + Numbers.count(reaches.getFirst().keptOf(Long.MAX_VALUE), "token") + ", in a context of "
                        + Numbers.count(tokens, "token"));
    }

    private static Reckoning layers(ArchitectureSpec spec, Predicate<LayerSpec> which, String label) {
        long count = spec.layers().stream().filter(which).count();
        return Reckoning.count(label, count, count + " of " + spec.layers().size());
    }

    private static boolean borrows(LayerSpec layer) {
        return layer.attention().cache().lender().isPresent();
    }

    private static boolean withoutPosition(LayerSpec layer) {
        return layer.attention().position() instanceof Position.None;
    }

    private static Reckoning sum(ArchitectureSpec spec, String label, Predicate<String> path) {
        long sum = 0;
        // Equal tensors together: "48 × 128 + 48 × 128" tells more than a sum of hundreds.
        Map<String, Long> alike = new LinkedHashMap<>();
        for (var entry : spec.weights().entrySet()) {
            if (path.test(entry.getKey())) {
                var weight = entry.getValue();
                sum += weight.parameters();
                alike.merge(dimensions(weight), (long) weight.copies(), Long::sum);
            }
        }
        String formula = alike.entrySet().stream()
                .map(entry -> entry.getValue() + " × " + entry.getKey())
                .collect(Collectors.joining(" + "));
        return Reckoning.count(label, sum, formula.isEmpty() ? "no weights" : formula);
    }

    private static String dimensions(WeightSpec weight) {
        String sizes = weight.dimensions().stream().map(Numbers::exact).collect(Collectors.joining(" × "));
        return weight.dimensions().size() == 1 ? sizes : "(" + sizes + ")";
    }

    private static Reckoning product(String label, long one, String ofOne, long other, String ofOther) {
        String formula = Numbers.exact(one) + " " + ofOne + " × " + Numbers.exact(other) + " " + ofOther;
        return Reckoning.count(label, Math.multiplyExact(one, other), formula);
    }

    private static Reckoning placement(ArchitectureSpec spec) {
        var layer = spec.layers().getFirst();
        var branches = List.of(layer.mixer(), layer.feedForward());
        long norms = branches.stream()
                .flatMap(branch -> Stream.of(branch.before(), branch.after(), branch.outer()))
                .filter(norm -> !norm.equals(NormSpec.NONE))
                .count();
        String how = branches.stream().map(MechanismCost::place).distinct().collect(Collectors.joining("; "));
        return Reckoning.count("norms in a layer", norms, how);
    }

    private static String place(Branch branch) {
        var places = new ArrayList<String>();
        BiConsumer<NormSpec, String> add = (norm, place) -> {
            if (!norm.equals(NormSpec.NONE)) {
                places.add(place);
            }
        };
        add.accept(branch.before(), "before each branch");
        add.accept(branch.after(), "after each branch, inside the residual");
        add.accept(branch.outer(), "on the sum with the residual");
        return places.isEmpty() ? "none" : String.join(" and ", places);
    }

    private static Reckoning streams(ArchitectureSpec spec) {
        int streams = spec.layers().getFirst().streams().count();
        String formula = streams + " streams × " + Numbers.exact(spec.hiddenSize()) + " hidden size";
        return Reckoning.count("numbers carried for each token", (long) streams * spec.hiddenSize(), formula);
    }

    private static Reckoning feedForward(ArchitectureSpec spec, boolean gated) {
        var dense = spec.layers().stream()
                .map(layer -> layer.mlp().feedForward())
                .filter(one -> one.gated() == gated)
                .findFirst()
                .orElseThrow();
        boolean expert = spec.layers().stream().noneMatch(layer -> layer.mlp().equals(dense));
        long weights = dense.weights(spec.hiddenSize()).stream()
                .mapToLong(WeightSpec::parameters)
                .sum();
        long biases = dense.bias() ? dense.intermediateSize() + spec.hiddenSize() : 0;
        return Reckoning.count(
                "weights of a layer or an expert",
                weights,
                (gated ? "3 × " : "2 × ") + Numbers.exact(spec.hiddenSize()) + " × "
                        + Numbers.exact(dense.intermediateSize()) + (biases > 0 ? " + " + Numbers.exact(biases) : "")
                        + (expert ? ", an expert" : ", a layer"));
    }

    private static Experts experts(ArchitectureSpec spec) {
        return spec.layers().stream()
                .flatMap(layer -> layer.mlp().experts().stream())
                .findFirst()
                .orElseThrow();
    }

    private static Reckoning experts(ArchitectureSpec spec, Experts experts) {
        return Reckoning.share(
                "share of all parameters that is active",
                (double) spec.activeParameters() / spec.parameters(),
                experts.active() + " of " + experts.count() + " experts in a layer; "
                        + Numbers.rounded(spec.activeParameters()) + " of " + Numbers.rounded(spec.parameters())
                        + " parameters");
    }

    private static Reckoning groups(Experts experts) {
        return switch (experts.router().groups()) {
            case Experts.Router.Groups.All _ -> throw new IllegalStateException("a router without groups");
            case Experts.Router.Groups.Best(var groups, var kept, var _) -> {
                long choice = (long) experts.count() / groups * kept;
                String formula = experts.count() + " ⁄ " + groups + " groups × " + kept + " kept";
                yield Reckoning.count("experts to choose from", choice, formula);
            }
        };
    }

    private static Reckoning perLayer(ArchitectureSpec spec) {
        return switch (spec.embedding().perLayer()) {
            case EmbeddingSpec.PerLayer.None _ -> throw new IllegalStateException("no per-layer embedding");
            case EmbeddingSpec.PerLayer.Table(var rows, var size, var _) -> {
                long weights = (long) rows * size * spec.layers().size();
                yield Reckoning.count(
                        "weights of the tables",
                        weights,
                        Numbers.exact(rows) + " tokens × " + spec.layers().size() + " layers × " + size
                                + "; a token reads "
                                + Numbers.exact((long) size * spec.layers().size()));
            }
        };
    }

    private static Reckoning nested(ArchitectureSpec spec) {
        var slice = Slice.examples(spec).getFirst();
        long inner = slice.of(spec).spec().parameters();
        return Reckoning.count(
                "parameters of the smaller model", inner, slice + ", within " + Numbers.exact(spec.parameters()));
    }

    private static GroupedQuery grouped(ArchitectureSpec spec, Predicate<GroupedQuery> which) {
        return first(spec, op -> op.grouped().filter(which));
    }

    private static Latent latent(ArchitectureSpec spec) {
        return first(spec, Op.Attention::latent);
    }

    private static <T> T first(ArchitectureSpec spec, Function<Op.Attention, Optional<T>> which) {
        return spec.layers().stream()
                .flatMap(layer -> which.apply(layer.attention()).stream())
                .findFirst()
                .orElseThrow();
    }
}
