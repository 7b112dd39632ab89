package orrery.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import orrery.kernel.Backend;
import orrery.kernel.BackendChoice;
import orrery.kernel.Kernels;
import orrery.model.Decoder;
import orrery.model.Weights;
import orrery.tensor.Matrix;

/**
 * A model's weights bound to the kernels that were chosen for it: the one way to a decoder that runs, measures and
 * verifies a model alike. The caller closes it, before the memory of the weights.
 */
public final class BoundModel implements AutoCloseable {
    private final Kernels kernels;
    private final BackendChoice choice;
    private final Decoder decoder;
    private final List<String> notes;

    /**
     * What a model is bound for.
     *
     * @param rows rows of a step at most
     * @param logits rows of a step that may want logits at most
     * @param otherBytes of memory that will be taken besides the weights: whether packed copies fit depends on it
     * @param warm whether kernels that are slow until they are compiled are compiled now, which takes up to four
     *     seconds, once a process
     */
    public record Use(int rows, int logits, long otherBytes, boolean warm) {}

    private BoundModel(
            BackendChoice choice, Kernels kernels, Weights weights, EngineOptions options, Use use, LoadListener told) {
        this.kernels = kernels;
        this.choice = choice;
        var packing = PackingPlan.of(weights, kernels, options, use.otherBytes);
        notes = packing.notes();
        decoder = new Decoder(weights.spec(), weights, kernels, packing.preparing(told), use.rows, use.logits);
    }

    /**
     * Chooses kernels and binds a model to them. Reads the weights, from mapped files within
     * {@link orrery.format.MappedReads}.
     *
     * @param options threads, backend, packing and whether activations are rounded; the others have no part in this
     * @throws orrery.OrreryException if the backend cannot be used or does not take the model, a weight cannot be
     *     multiplied, or the spec holds something that cannot be run
     */
    public static BoundModel of(Weights weights, EngineOptions options, Use use, LoadListener listener) {
        var products = weights.products();
        var choice = BackendChoice.of(options.backend(), weights.spec(), products, options.bf16Activations());
        var opening = new Backend.Options(options.threads()).withBf16Activations(options.bf16Activations());
        var kernels = choice.backend().open(opening);
        try {
            requireRounding(choice.backend(), products, options);
            // Reading weights leaves a processor idle.
            var warming = use.warm
                    ? choice.backend().warmUp(weights.spec(), products, opening)
                    : CompletableFuture.completedFuture(null);
            var model = new BoundModel(choice, kernels, weights, options, use, listener);
            await(warming);
            return model;
        } catch (RuntimeException | Error e) {
            kernels.close();
            throw e;
        }
    }

    private static void requireRounding(Backend backend, List<Matrix> products, EngineOptions options) {
        if (options.bf16Activations() && products.stream().noneMatch(backend::roundsActivations)) {
            throw new EngineException(
                    "bf16_activations is on, but the model has no weights in BF16 with their inputs contiguous;"
                            + " expected such weights, or the option off");
        }
    }

    private static void await(Future<?> warming) {
        try {
            warming.get();
        } catch (ExecutionException e) {
            throw new EngineException("the kernels could not be warmed up: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public Decoder decoder() {
        return decoder;
    }

    /**
     * What computes, in words, and why nothing faster does where something is missing for that. Asked for when it is
     * shown, because kernels that were not used yet have to be opened for it.
     */
    public String kernels() {
        return kernels.description() + choice.nothingFaster();
    }

    /** In words, what was decided about the weights, where that costs speed. */
    public List<String> notes() {
        return notes;
    }

    @Override
    public void close() {
        kernels.close();
    }
}
