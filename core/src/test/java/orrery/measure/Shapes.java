package orrery.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import orrery.catalog.Catalog;
import orrery.spec.Activation;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.EmbeddingSpec;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadSpec;
import orrery.spec.Heads;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Position;

/** Small shapes to measure. */
final class Shapes {
    private static final Path GOLDENS = Path.of("src", "test", "resources", "goldens");

    private Shapes() {}

    /** The shape of a golden checkpoint. */
    static ArchitectureSpec golden(String name) {
        return Catalog.describe(GOLDENS.resolve(name).toString()).spec();
    }

    static Stream<String> goldens() {
        try (var entries = Files.list(GOLDENS)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Two layers whose rows are whole blocks of 256. */
    static ArchitectureSpec wide() {
        var norm = new NormSpec.Rms(1e-5);
        var layer = new LayerSpec.Residual(
                Branch.preNorm(norm, new GroupedQuery(new Heads(4, 2, 64), new Position.Rope(10_000, 64))),
                Branch.preNorm(norm, new FeedForward(512, Activation.SILU)));
        return new ArchitectureSpec(
                "wide", 300, 256, 512, EmbeddingSpec.PLAIN, List.of(layer, layer), norm, new HeadSpec(false, 0));
    }
}
