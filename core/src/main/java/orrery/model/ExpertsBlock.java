package orrery.model;

import java.util.Optional;
import orrery.kernel.Kernels;
import orrery.kernel.Router;
import orrery.kernel.Routing;
import orrery.spec.Activation;
import orrery.spec.Experts;
import orrery.tensor.Tensor;

/**
 * A mixture of experts: the rows of a step are grouped by expert, so that each chosen expert's weights are read once.
 * In a step of few rows, all chosen experts run together, because each alone is too small for all cores; in a step of
 * many rows they run one after another, because their activations together would need too much memory.
 */
final class ExpertsBlock implements Block {
    /** The most rows of a step whose experts run together. */
    private static final int FEW_ROWS = 16;

    private final Kernels kernels;
    private final Activation activation;
    private final Linear gateway;
    private final Router router;
    private final Routing routing;
    private final ExpertBank bank;
    private final boolean weighInput;
    private final int fewRows;
    private final Together together;
    private final Optional<FeedForwardBlock> shared;
    private final Tensor logits;
    private final Tensor gathered;
    private final Tensor gate;
    private final Tensor inner;
    private final Tensor outer;

    /** Buffers for all chosen experts of a few rows. */
    private record Together(Tensor gathered, Tensor gate, Tensor inner, Tensor outer) {}

    ExpertsBlock(
            Experts spec,
            int hiddenSize,
            String path,
            ExpertBank bank,
            Optional<FeedForwardBlock> shared,
            BoundWeights weights,
            Scratch scratch) {
        this.bank = bank;
        kernels = scratch.kernels();
        activation = spec.expert().activation();
        gateway = Linear.bind(path + ".router", false, weights);
        router = new Router(
                spec,
                spec.router().correctionBias()
                        ? Optional.of(weights.vector(path + ".router.bias", 0))
                        : Optional.empty());
        routing = new Routing(scratch.rows(), spec.count(), spec.active());
        weighInput = spec.router().target() == Experts.Router.Target.INPUT;
        this.shared = shared;
        int size = spec.expert().intermediateSize();
        logits = scratch.buffer("router", spec.count());
        gathered = scratch.buffer("gathered", hiddenSize);
        gate = scratch.buffer("gate", size);
        inner = scratch.buffer("inner", size);
        outer = scratch.buffer("outer", hiddenSize);
        fewRows = Math.min(FEW_ROWS, scratch.rows());
        int choices = fewRows * spec.active();
        together = new Together(
                scratch.buffer("gathered", choices, hiddenSize),
                scratch.buffer("gate", choices, size),
                scratch.buffer("inner", choices, size),
                scratch.buffer("outer", choices, hiddenSize));
    }

    @Override
    public void apply(Tensor out, Tensor x, Pass pass) {
        int rows = pass.step().rows();
        gateway.apply(logits, x, rows);
        kernels.route(routing, router, logits, rows);
        pass.routing().routed(bank.layer(), routing, rows);
        if (shared.isPresent()) {
            shared.get().apply(out, x, pass);
        } else {
            kernels.clear(out, rows);
        }
        if (rows <= fewRows) {
            all(out, x);
            return;
        }
        for (int e = 0; e < bank.count(); e++) {
            int first = routing.start(e);
            int count = routing.rowsOf(e);
            // A row goes to each expert at most once, so an expert never has more rows than the step.
            if (count > 0) {
                one(e, out, x, first, count);
            }
        }
    }

    private void all(Tensor out, Tensor x) {
        int count = routing.count();
        gather(together.gathered, x, 0, count);
        kernels.matmulPairs(
                together.gate, together.inner, together.gathered, bank.gates(), bank.ups(), routing.grouped(), count);
        kernels.gate(together.inner, together.gate, together.inner, activation, count);
        kernels.matmulEach(together.outer, together.inner, bank.downs(), routing.grouped(), count);
        scatter(out, together.outer, 0, count);
    }

    private void one(int expert, Tensor out, Tensor x, int first, int count) {
        gather(gathered, x, first, count);
        kernels.matmul(gate, gathered, bank.gates().get(expert), count);
        kernels.matmul(inner, gathered, bank.ups().get(expert), count);
        kernels.gate(inner, gate, inner, activation, count);
        kernels.matmul(outer, inner, bank.downs().get(expert), count);
        scatter(out, outer, first, count);
    }

    private void gather(Tensor inputs, Tensor x, int first, int count) {
        kernels.gather(inputs, x, routing.rows(), first, count);
        if (weighInput) {
            kernels.scaleGathered(inputs, routing.weights(), first, count);
        }
    }

    private void scatter(Tensor out, Tensor results, int first, int count) {
        kernels.scatterAdd(out, results, routing.rows(), weighInput ? routing.ones() : routing.weights(), first, count);
    }

    /** The routing of the last step. */
    Routing routing() {
        return routing;
    }
}
