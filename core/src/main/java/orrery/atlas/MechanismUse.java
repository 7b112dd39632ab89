package orrery.atlas;

import java.util.EnumSet;
import java.util.Set;
import orrery.catalog.Slice;
import orrery.spec.ArchitectureSpec;
import orrery.spec.CacheSpec;
import orrery.spec.EmbeddingSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.spec.RopeScaling;
import orrery.spec.Scores;
import orrery.spec.Streams;

/**
 * Which mechanisms an architecture uses. Every alternative of the spec is named here, so a new one does not go
 * unnoticed.
 */
final class MechanismUse {
    private final Set<Mechanism> used = EnumSet.of(Mechanism.NORM_PLACEMENT);

    private MechanismUse() {}

    /** In the order of the atlas. */
    static Set<Mechanism> of(ArchitectureSpec spec) {
        var use = new MechanismUse();
        spec.layers().forEach(layer -> {
            use.attention(layer.attention());
            use.feedForward(layer.mlp());
            use.streams(layer.streams());
        });
        use.embedding(spec.embedding());
        use.add(Mechanism.TIED_HEAD, spec.head().tied());
        use.add(Mechanism.SOFT_CAP, spec.head().softcap() > 0);
        use.add(Mechanism.MULTI_TOKEN_PREDICTION, spec.draft().isPresent());
        use.add(Mechanism.NESTED_MODELS, !Slice.examples(spec).isEmpty());
        return use.used;
    }

    private void add(Mechanism mechanism, boolean present) {
        if (present) {
            used.add(mechanism);
        }
    }

    private void attention(Op.Attention op) {
        switch (op) {
            case GroupedQuery grouped -> used.add(headSharing(grouped));
            case Latent _ -> used.add(Mechanism.MULTI_HEAD_LATENT_ATTENTION);
        }
        reach(op.reach());
        position(op.position());
        var norms = op.norms();
        add(
                Mechanism.QUERY_KEY_NORM,
                !norms.query().equals(NormSpec.NONE) || !norms.key().equals(NormSpec.NONE));
        scores(op.scores());
        switch (op.cache()) {
            case CacheSpec.Borrowed _ -> used.add(Mechanism.SHARED_KEYS_AND_VALUES);
            case CacheSpec.PerToken _, CacheSpec.None _ -> {}
            case CacheSpec.PerSequence _ ->
                throw new IllegalArgumentException("the atlas has no page for states of recurrent layers yet");
        }
    }

    /** How many query heads share keys and values. */
    static Mechanism headSharing(GroupedQuery op) {
        if (op.heads().keyValue() == op.heads().query()) {
            return Mechanism.MULTI_HEAD_ATTENTION;
        }
        return op.heads().keyValue() == 1 ? Mechanism.MULTI_QUERY_ATTENTION : Mechanism.GROUPED_QUERY_ATTENTION;
    }

    private void reach(Reach reach) {
        switch (reach) {
            case Reach.Full _ -> {}
            case Reach.Window _ -> used.add(Mechanism.SLIDING_WINDOW);
            case Reach.Chunk _ -> used.add(Mechanism.CHUNKED_ATTENTION);
        }
    }

    private void position(Position position) {
        switch (position) {
            case Position.None _ -> used.add(Mechanism.NO_POSITIONS);
            case Position.Rope rope -> {
                used.add(Mechanism.ROTARY_POSITIONS);
                switch (rope.scaling()) {
                    case RopeScaling.None _ -> {}
                    case RopeScaling.Linear _,
                            RopeScaling.Llama3 _,
                            RopeScaling.Divided _,
                            RopeScaling.Dynamic _,
                            RopeScaling.LongRope _,
                            RopeScaling.Yarn _ -> used.add(Mechanism.STRETCHED_ROTARY_POSITIONS);
                }
            }
        }
    }

    private void scores(Scores scores) {
        add(Mechanism.SOFT_CAP, scores.softcap() > 0);
        switch (scores.temperature()) {
            case Scores.Temperature.None _ -> {}
            case Scores.Temperature.Tuned _ -> used.add(Mechanism.ATTENTION_TEMPERATURE);
        }
    }

    private void feedForward(Op.Mlp op) {
        switch (op) {
            case FeedForward dense -> dense(dense);
            case Experts experts -> {
                used.add(Mechanism.MIXTURE_OF_EXPERTS);
                dense(experts.expert());
                add(Mechanism.SHARED_EXPERT, experts.shared().isPresent());
                switch (experts.router().groups()) {
                    case Experts.Router.Groups.All _ -> {}
                    case Experts.Router.Groups.Best _ -> used.add(Mechanism.GROUP_LIMITED_ROUTING);
                }
            }
        }
    }

    private void dense(FeedForward dense) {
        used.add(dense.gated() ? Mechanism.GATED_FEED_FORWARD : Mechanism.PLAIN_FEED_FORWARD);
        add(Mechanism.ACTIVATION_SPARSITY, dense.sparsity() > 0);
    }

    private void streams(Streams streams) {
        switch (streams) {
            case Streams.Single _ -> {}
            case Streams.Parallel _ -> used.add(Mechanism.PARALLEL_STREAMS);
        }
    }

    private void embedding(EmbeddingSpec embedding) {
        add(Mechanism.LEARNED_POSITIONS, embedding.learnedPositions() > 0);
        // A position that the embedding added is not one that is missing.
        if (embedding.learnedPositions() > 0) {
            used.remove(Mechanism.NO_POSITIONS);
        }
        switch (embedding.perLayer()) {
            case EmbeddingSpec.PerLayer.None _ -> {}
            case EmbeddingSpec.PerLayer.Table _ -> used.add(Mechanism.PER_LAYER_EMBEDDING);
        }
    }
}
