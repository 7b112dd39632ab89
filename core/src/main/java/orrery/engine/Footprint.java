package orrery.engine;

import java.nio.file.Path;
import java.util.Optional;
import orrery.catalog.Catalog;
import orrery.catalog.OpenCheckpoint;
import orrery.format.GgufModel;
import orrery.format.ModelFile;
import orrery.format.SafetensorsModel;
import orrery.model.Weights;
import orrery.token.ChatTemplate;

/**
 * What a model is, and the most memory that it takes, read from its files' headers before it is opened.
 *
 * @param description of its config
 * @param template its chat template; empty for a model that was not made for conversations
 * @param context the most tokens of a sequence, prompt and answer
 * @param weights bytes of the weights as they are stored
 * @param packed bytes of their packed copy: about as many as the block-quantized weights have; 0 without a copy
 * @param cache bytes that the KV cache may grow to
 */
public record Footprint(
        Catalog.Description description,
        Optional<ChatTemplate> template,
        int context,
        long weights,
        long packed,
        long cache) {

    /**
     * The footprint of what {@link Engine#open} would open with these options.
     *
     * @throws orrery.OrreryException if it cannot be read, its tensors do not match its config, or its cache does not
     *     fit into the machine's memory
     */
    public static Footprint of(Path model, EngineOptions options) {
        try (var open = OpenCheckpoint.open(model)) {
            var checkpoint = options.partOf(open.checkpoint());
            var spec = checkpoint.description().spec();
            var weights = new Weights(spec, checkpoint.weights());
            long stored = weights.bytes();
            var plan = CachePlan.of(spec, options, options.kvTypeOf(spec, checkpoint.storedAs()), stored);
            long blocks = weights.products().stream()
                    .filter(matrix -> matrix.dtype().blocked())
                    .mapToLong(matrix -> matrix.bytes())
                    .sum();
            boolean packs = PackingPlan.packs(options, blocks, stored + plan.bytes());
            return new Footprint(
                    open.checkpoint().description(),
                    template(open.file()),
                    plan.context(),
                    stored,
                    packs ? blocks : 0,
                    plan.bytes());
        }
    }

    private static Optional<ChatTemplate> template(ModelFile file) {
        return switch (file) {
            case GgufModel gguf -> ChatTemplate.of(gguf.metadata().anew());
            case SafetensorsModel directory -> ChatTemplate.read(directory.path());
        };
    }

    /** All of it. */
    public long bytes() {
        return weights + packed + cache;
    }
}
