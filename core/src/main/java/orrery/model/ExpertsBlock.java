package orrery.model;

import java.util.Optional;
import orrery.kernel.Kernels;
import orrery.kernel.Router;
import orrery.kernel.Routing;
import orrery.spec.Activation;
import orrery.spec.Experts;
import orrery.tensor.Tensor;

/** A mixture of experts: the rows of a step are grouped by expert, so that each chosen expert's weights are read once. */
final class ExpertsBlock implements Block {
    private final Experts spec;
    private final Kernels kernels;
    private final Activation activation;
    private final Linear gateway;
    private final Router router;
    private final Routing routing;
    private final ExpertBank bank;
    private final Optional<FeedForwardBlock> shared;
    private final Tensor logits;
    private final Tensor gathered;
    private final Tensor gate;
    private final Tensor inner;
    private final Tensor outer;

    ExpertsBlock(Experts spec, int hiddenSize, String path, ExpertBank bank, Weights weights, Scratch scratch) {
        this.spec = spec;
        this.bank = bank;
        kernels = scratch.kernels();
        activation = spec.expert().activation();
        gateway = Linear.bind(path + ".router", false, weights, kernels);
        router =
                new Router(spec, spec.router().correctionBias() ? weights.floats(path + ".router.bias") : new float[0]);
        routing = new Routing(scratch.rows(), spec.count(), spec.active());
        shared = spec.shared().map(one -> new FeedForwardBlock(one, path + ".shared", weights, scratch));
        int size = spec.expert().intermediateSize();
        logits = scratch.buffer("router", spec.count());
        gathered = scratch.buffer("gathered", hiddenSize);
        gate = scratch.buffer("gate", size);
        inner = scratch.buffer("inner", size);
        outer = scratch.buffer("outer", hiddenSize);
    }

    @Override
    public void apply(Tensor out, Tensor x, Pass pass) {
        int rows = pass.step().rows();
        gateway.apply(logits, x, rows);
        router.route(routing, logits, rows);
        pass.routing().routed(bank.layer(), routing, rows);
        if (shared.isPresent()) {
            shared.get().apply(out, x, pass);
        } else {
            kernels.clear(out, rows);
        }
        for (int e = 0; e < bank.count(); e++) {
            int first = routing.start(e);
            int count = routing.rowsOf(e);
            // A row goes to an expert once, so an expert never has more rows than the step.
            if (count > 0) {
                one(bank.expert(e), out, x, first, count);
            }
        }
    }

    private void one(ExpertBank.Expert expert, Tensor out, Tensor x, int first, int count) {
        kernels.gather(gathered, x, routing.rows(), first, count);
        boolean weighInput = spec.router().target() == Experts.Router.Target.INPUT;
        if (weighInput) {
            kernels.scaleGathered(gathered, routing.weights(), first, count);
        }
        kernels.matmul(gate, gathered, expert.gate(), count);
        kernels.matmul(inner, gathered, expert.up(), count);
        kernels.gate(inner, gate, inner, activation, count);
        kernels.matmul(outer, inner, expert.down(), count);
        kernels.scatterAdd(out, outer, routing.rows(), weighInput ? routing.ones() : routing.weights(), first, count);
    }
}
