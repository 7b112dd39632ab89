package orrery.draw;

import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import orrery.catalog.Catalog;
import orrery.format.ModelFile;
import orrery.model.Goldens;
import orrery.spec.ArchitectureSpec;

/** What drawings are tried on. */
final class Specs {
    private Specs() {}

    static ArchitectureSpec of(String release) {
        return Catalog.release(release).orElseThrow().spec();
    }

    /** Every released model and every golden. */
    static Stream<Arguments> all() {
        return Stream.concat(releases(), goldens()).map(spec -> Arguments.argumentSet(spec.name(), spec));
    }

    private static Stream<ArchitectureSpec> releases() {
        return Catalog.releases().stream().map(release -> release.spec());
    }

    private static Stream<ArchitectureSpec> goldens() {
        return Goldens.all().stream()
                .map(path -> Catalog.read("golden " + path.getFileName(), ModelFile.readMetadata(path))
                        .spec());
    }
}
