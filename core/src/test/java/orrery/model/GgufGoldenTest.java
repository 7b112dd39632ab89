package orrery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.format.ModelFile;
import orrery.kernel.Backend;
import orrery.model.GgufGoldens.Latents;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.LayerSpec;

/** Every golden as a GGUF file, in every generation of the format, against the reference's logits on every backend. */
class GgufGoldenTest {
    private static final float REFERENCE = 2e-4f;
    private static final Map<Case, Path> CONVERTED = new ConcurrentHashMap<>();

    @TempDir
    static Path folder;

    private record Case(Path golden, Latents latents) {
        Path file() {
            return CONVERTED.computeIfAbsent(this, _ -> {
                // Goldens of several folders may share a name.
                var own = folder.resolve(Integer.toString(CONVERTED.size()));
                try {
                    Files.createDirectories(own);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return GgufGoldens.write(golden, own.resolve(this + ".gguf"), latents, GgufStorage.FLOATS);
            });
        }

        @Override
        public String toString() {
            return golden.getFileName() + "-" + latents;
        }
    }

    private static List<Case> cases() {
        var cases = new ArrayList<Case>();
        for (var golden : Goldens.all()) {
            String name = golden.getFileName().toString();
            if (name.startsWith("deepseek")) {
                for (var latents : Latents.values()) {
                    cases.add(new Case(golden, latents));
                }
            } else if (!name.equals("openai-gpt")) { // which llama.cpp does not support
                cases.add(new Case(golden, Latents.TOGETHER));
            }
        }
        return cases;
    }

    static Stream<Arguments> everyConversionOnEveryBackend() {
        return onEveryBackend(cases().stream());
    }

    private static Stream<Arguments> onEveryBackend(Stream<Case> cases) {
        return cases.flatMap(one -> Backend.all().stream()
                .filter(backend -> backend.takesEveryModel() || dense(one))
                .map(backend -> Arguments.argumentSet(one + " on " + backend.name(), one, backend)));
    }

    private static boolean dense(Case one) {
        return Catalog.describe(one.golden().toString()).spec().layers().stream()
                .allMatch(layer -> layer instanceof LayerSpec.Residual(var mixer, var feedForward)
                        && mixer.op() instanceof GroupedQuery
                        && feedForward.op() instanceof FeedForward);
    }

    @ParameterizedTest
    @MethodSource("everyConversionOnEveryBackend")
    void givesTheReferencesLogits(Case one, Backend backend) {
        assumeTrue(backend.missing().isEmpty(), () -> backend.name() + " is missing: " + backend.missing());
        try (var golden = new Golden(one.golden());
                var rig = new Rig(one.file(), backend, 4)) {
            for (int s = 0; s < golden.sequences(); s++) {
                rig.sequence().add(golden.prompt(s));
                var logits = rig.run();
                for (int p = 0; p < logits.size(); p++) {
                    var expected = golden.row("logits", s, p);
                    var actual = logits.get(p);
                    assertThat(actual).hasSameSizeAs(expected);
                    for (int i = 0; i < expected.length; i++) {
                        assertThat(actual[i])
                                .as("logit %d of %d at %d", i, s, p)
                                .isCloseTo(expected[i], within(REFERENCE));
                    }
                }
            }
        }
    }

    static Stream<Arguments> everyDraftingConversionOnEveryBackend() {
        return onEveryBackend(cases().stream().filter(one -> GoldenTest.drafts(one.golden())));
    }

    @ParameterizedTest
    @MethodSource("everyDraftingConversionOnEveryBackend")
    void draftsAsTheReference(Case one, Backend backend) {
        assumeTrue(backend.missing().isEmpty(), () -> backend.name() + " is missing: " + backend.missing());
        try (var golden = new Golden(one.golden());
                var rig = new Rig(one.file(), backend, 4)) {
            GoldenTest.assertDrafts(golden, rig);
        }
    }

    static Stream<Arguments> everyConversion() {
        return cases().stream().map(one -> Arguments.argumentSet(one.toString(), one));
    }

    @ParameterizedTest
    @MethodSource("everyConversion")
    void isTheSameModelAndUnderstoodInFull(Case one) {
        var whole = Catalog.describe(one.golden().toString());
        var described = Catalog.describe(one.file().toString());
        assertThat(described.family()).isEqualTo(whole.family());
        assertThat(described.notUnderstood()).isEmpty();
        assertThat(described.spec().name()).isEqualTo(one.toString());
        assertThat(described.spec().weights()).isEqualTo(whole.spec().weights());
        assertThat(described.spec().caches()).isEqualTo(whole.spec().caches());
        assertThat(described.spec().embedding()).isEqualTo(whole.spec().embedding());
        assertThat(described.spec().head()).isEqualTo(whole.spec().head());
        assertThat(described.spec().maxPositions()).isEqualTo(whole.spec().maxPositions());
        try (var file = ModelFile.open(one.file())) {
            var notes = Catalog.open(file).notes();
            assertThat(notes).hasSize(one.latents() == Latents.BOTH ? 1 : 0);
            if (one.latents() == Latents.BOTH) {
                assertThat(notes.getFirst()).contains("not used, as duplicates of others: blk.0.attn_kv_b.weight");
            }
        }
    }
}
