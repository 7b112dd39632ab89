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
 * A model's weights bound to the kernels chosen for it. Running, measuring and verifying a model all go through this
 * class. The caller closes it before it frees the memory of the weights.
 */
public final class BoundModel implements AutoCloseable {
    private final Kernels kernels;
    private final BackendChoice choice;
    private final Decoder decoder;
    private final List<String> notes;

    /**
     * What a model is bound for.
     *
     * @param rows the most rows of a step
     * @param logits the most rows of a step that want logits
     * @param otherBytes memory that will be used besides the weights, in bytes; decides whether packed copies fit
     * @param warm whether to compile slow-starting kernels now, which takes up to four seconds once per process
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
     * @param options threads, backend, packing and whether activations are rounded; the other options do not matter
     *     here
     * @throws orrery.OrreryException if the backend cannot be used or does not support the model, a weight cannot be
     *     multiplied, or the spec contains something that cannot be run
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
     * The kernels in words, and, if something is missing for faster ones, what. Computed when it is shown, because it
     * has to open kernels that were not used yet.
     */
    public String kernels() {
        return kernels.description() + choice.nothingFaster();
    }

    /** Decisions about the weights that cost speed, in words. */
    public List<String> notes() {
        return notes;
    }

    @Override
    public void close() {
        kernels.close();
    }
}
