package orrery.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.report.TokenCost;
import orrery.spec.ArchitectureSpec;
import orrery.spec.CacheSpec;
import orrery.tensor.KvType;

final class LayerCutTest {
    static Stream<Arguments> everyRelease() {
        return Catalog.releases().stream().map(release -> Arguments.argumentSet(release.name(), release.spec()));
    }

    private static long bytes(ArchitectureSpec spec) {
        return TokenCost.of(spec, WeightType.Q4_K_M.of(spec), KvType.F32).storedBytes();
    }

    private static LayerCut fitting(ArchitectureSpec spec, long most) {
        return LayerCut.fitting(spec, WeightType.Q4_K_M.of(spec), _ -> 1000, most);
    }

    @ParameterizedTest
    @MethodSource("everyRelease")
    void whatFitsIsNotCut(ArchitectureSpec spec) {
        var cut = fitting(spec, Long.MAX_VALUE);

        assertThat(cut.isWhole()).isTrue();
        assertThat(cut.spec()).isEqualTo(spec.withoutDraft());
    }

    @ParameterizedTest
    @MethodSource("everyRelease")
    void whatIsCutFitsAndTellsTheTimeOfTheWhole(ArchitectureSpec spec) {
        long most = bytes(spec.withoutDraft()) * 7 / 8;

        var cut = fitting(spec, most);

        assertThat(cut.isWhole()).isFalse();
        var kept = TokenCost.of(cut.spec(), cut.storedAs(WeightType.Q4_K_M.of(spec)), KvType.F32);
        assertThat(kept.storedBytes() + 1000).isLessThanOrEqualTo(most);
        assertThat(cut.spec().layers()).hasSameSizeAs(cut.layers());
        // Layers of one kind read equally many bytes, so the time must be proportional to the bytes.
        var times = new double[cut.layers().size()];
        for (int i = 0; i < times.length; i++) {
            times[i] = layerBytes(spec, cut.layers().get(i));
        }
        double all = 0;
        for (int layer = 0; layer < spec.layers().size(); layer++) {
            all += layerBytes(spec, layer);
        }
        assertThat(cut.ofWhole(times)).isCloseTo(all, within(1e-9 * all));
    }

    private static double layerBytes(ArchitectureSpec spec, int layer) {
        var storedAs = WeightType.Q4_K_M.of(spec);
        return spec.layers().get(layer).weights(spec.hiddenSize()).stream()
                .mapToDouble(weight -> {
                    var dtype = storedAs.apply("layers." + layer + "." + weight.role(), weight);
                    return weight.activeCopies() * dtype.bytes(weight.elements());
                })
                .sum();
    }

    @Test
    void aBorrowingLayerKeepsTheOneThatItBorrowsFrom() {
        var spec = Catalog.release("gemma-3n-e4b").orElseThrow().spec();
        var cut = fitting(spec, bytes(spec) * 3 / 4);

        var borrowing = 0;
        for (int i = 0; i < cut.layers().size(); i++) {
            var original = spec.layers().get(cut.layers().get(i)).attention().cache();
            if (cut.spec().layers().get(i).attention().cache() instanceof CacheSpec.Borrowed(var owner)) {
                borrowing++;
                assertThat(original)
                        .isEqualTo(new CacheSpec.Borrowed(cut.layers().get(owner)));
            }
        }
        assertThat(borrowing).isPositive();
    }

    @Test
    void saysWhatTheLeastWouldTake() {
        var spec = Catalog.release("llama-3.2-1b").orElseThrow().spec();

        assertThatThrownBy(() -> fitting(spec, 1 << 20))
                .isInstanceOf(MeasureException.class)
                .hasMessageContaining("llama-3.2-1b takes ")
                .hasMessageContaining("2 of 16 layers, one of each kind, but 1.00 MiB of memory");
    }
}
