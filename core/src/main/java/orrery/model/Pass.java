package orrery.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orrery.kernel.KvCache;
import orrery.kernel.Step;
import orrery.spec.Latent;
import orrery.spec.Position;
import orrery.tensor.Tensor;

/** What every block of one forward pass sees: the step, the cache, and the angles of each distinct RoPE at the step's positions. */
final class Pass {
    private final Scratch scratch;
    private final List<Turn> turns = new ArrayList<>();
    private final List<LatentRoom> rooms = new ArrayList<>();
    private @Nullable Step step;
    private @Nullable KvCache cache;
    private RoutingObserver routing = RoutingObserver.NONE;

    /** A RoPE and its cosines and sines, {@code [rows, dimensions]}. */
    private record Turn(Position.Rope rope, float[] frequencies, Tensor angles) {}

    Pass(Scratch scratch) {
        this.scratch = scratch;
    }

    /** Registers a RoPE while the model is bound; equal ones share their angles. */
    Tensor angles(Position.Rope rope) {
        for (var turn : turns) {
            // Pairing says which elements are turned, not by how much.
            if (turn.rope.theta() == rope.theta()
                    && turn.rope.dimensions() == rope.dimensions()
                    && turn.rope.scaling().equals(rope.scaling())) {
                return turn.angles;
            }
        }
        var angles = scratch.buffer("angles." + turns.size(), rope.dimensions());
        turns.add(new Turn(rope, rope.frequencies(), angles));
        return angles;
    }

    /** What latent layers of that kind share. */
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

    /** Makes this the pass of a step. */
    void begin(Step step, KvCache cache, RoutingObserver routing) {
        this.routing = routing;
        this.step = step;
        this.cache = cache;
        // By index: an iterator would be allocated for every token.
        for (int i = 0; i < rooms.size(); i++) {
            rooms.get(i).begin(step);
        }
        for (int i = 0; i < turns.size(); i++) {
            var turn = turns.get(i);
            float factor = (float) turn.rope.scaling().attentionFactor();
            scratch.kernels().angles(turn.angles, turn.frequencies, factor, step.positions(), step.rows());
        }
    }

    RoutingObserver routing() {
        return routing;
    }

    Step step() {
        return java.util.Objects.requireNonNull(step, "no pass has begun");
    }

    KvCache cache() {
        return java.util.Objects.requireNonNull(cache, "no pass has begun");
    }
}
