package orrery.look;

import java.nio.file.Path;
import java.util.function.IntFunction;
import orrery.catalog.Catalog;
import orrery.format.ModelFile;
import orrery.kernel.Backend;
import orrery.model.Decoder;
import orrery.model.Weights;
import orrery.tensor.KvType;

/** Checkpoints that are looked at. */
final class Looks {
    static final Path DEMO = Path.of("..", "demo-model");

    static final Path GOLDENS = Path.of("src", "test", "resources", "goldens");

    private Looks() {}

    /** A look at a checkpoint of random weights, whose tokens have numbers as texts. */
    static Look golden(String name, int... ids) {
        return of(GOLDENS.resolve(name), KvType.F32, id -> "t" + id, ids);
    }

    /** The first tokens of the vocabulary. */
    static int[] ids(int count) {
        var ids = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = (7 * i + 3) % 61;
        }
        return ids;
    }

    static Look of(Path model, KvType kvType, IntFunction<String> words, int... ids) {
        var backend = Backend.all().stream()
                .filter(one -> one.name().equals("scalar"))
                .findFirst()
                .orElseThrow();
        try (var file = ModelFile.open(model);
                var kernels = backend.open(new Backend.Options(2))) {
            var checkpoint = Catalog.open(file).withoutDraft();
            var spec = checkpoint.description().spec();
            var weights = new Weights(spec, checkpoint.weights());
            return LookRun.of(new Decoder(spec, weights, kernels, Math.max(1, ids.length), 1), kvType, ids, words, 3);
        }
    }
}
