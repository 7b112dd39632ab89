package orrery.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orrery.kernel.KvCache;
import orrery.kernel.Step;
import orrery.spec.Latent;
import orrery.spec.Position;
import orrery.tensor.Tensor;

/**
 * What every block of one forward pass shares: the step, the cache, and the cosines and sines of each distinct RoPE at
 * the step's positions.
 */
final class Pass {
    private final Scratch scratch;
    private final List<Turn> turns = new ArrayList<>();
    private final List<LatentRoom> rooms = new ArrayList<>();
    private @Nullable Step step;
    private @Nullable KvCache cache;
    private RoutingObserver routing = RoutingObserver.NONE;
    private AttentionObserver attention = AttentionObserver.NONE;

    Pass(Scratch scratch) {
        this.scratch = scratch;
    }

    /** Registers a RoPE while the model is bound; equal ones share their cosines and sines. */
    Tensor angles(Position.Rope rope) {
        for (var turn : turns) {
            if (turn.servesFor(rope)) {
                return turn.angles();
            }
        }
        var turn = new Turn(rope, "angles." + turns.size(), scratch);
        turns.add(turn);
        return turn.angles();
    }

    /** What latent layers of this spec share. */
    LatentRoom latentRoom(Latent spec) {
        for (var room : rooms) {
            if (room.spec().equals(spec)) {
                return room;
            }
        }
        var room = LatentRoom.of(spec, scratch);
        rooms.add(room);
        return room;
    }

    /** Starts the pass of a step. */
    void begin(Step step, KvCache cache, RoutingObserver routing, AttentionObserver attention) {
        this.routing = routing;
        this.attention = attention;
        this.step = step;
        this.cache = cache;
        // By index: an iterator would be allocated for every token.
        for (int i = 0; i < rooms.size(); i++) {
            rooms.get(i).begin(step);
        }
        for (int i = 0; i < turns.size(); i++) {
            turns.get(i).begin(step);
        }
    }

    RoutingObserver routing() {
        return routing;
    }

    AttentionObserver attention() {
        return attention;
    }

    /** Whether the attention is observed: work that only an observer needs is left out otherwise. */
    boolean observesAttention() {
        return !attention.equals(AttentionObserver.NONE);
    }

    Step step() {
        return java.util.Objects.requireNonNull(step, "no pass has begun");
    }

    KvCache cache() {
        return java.util.Objects.requireNonNull(cache, "no pass has begun");
    }
}
