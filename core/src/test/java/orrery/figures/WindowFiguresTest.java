package orrery.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.spec.GroupedQuery;
import orrery.spec.Position;
import orrery.spec.Reach;

final class WindowFiguresTest {
    /** Values of a token in a layer of Gemma 3 27B: keys and values of 16 heads of 128. */
    private static final long EACH = 2 * 16 * 128;

    /**
     * {@code per layer * (L_global * T + L_local * min(T, W))}; of 62 layers every second, fourth or sixth is global.
     */
    @ParameterizedTest
    @CsvSource({
        "0, 1024, 62",
        "1, 512, 31",
        "1, 1024, 31",
        "1, 4096, 31",
        "3, 512, 15",
        "3, 1024, 15",
        "3, 4096, 15",
        "5, 512, 10",
        "5, 1024, 10",
        "5, 4096, 10"
    })
    void keepsAWindowInLocalLayersAndEverythingInGlobalOnes(int ratio, int window, int global) {
        var spec = new Windows(ratio, window).of(Models.named("gemma-3-27b"));

        for (long tokens : new long[] {1, 511, 512, 513, 4096, 32_768, 131_072}) {
            assertThat(spec.cacheElements(tokens))
                    .as("at %d tokens", tokens)
                    .isEqualTo(EACH * (global * tokens + (62 - global) * Math.min(tokens, window)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gemma-3-270m", "gemma-3-1b", "gemma-3-4b", "gemma-3-12b", "gemma-3-27b", "gemma-2-9b"})
    void itsOwnWindowsAreThoseThatAModelHas(String name) {
        var spec = Models.named(name);
        var own = WindowFigures.own(spec);
        var again = own.of(spec).withName(name);

        // Gemma 2 has another RoPE nowhere, Gemma 3 another one on global layers: both come with the layers.
        assertThat(again).isEqualTo(spec);
    }

    @Test
    void aLayerTakesTheRopeOfItsKind() {
        var spec = Windows.NONE.of(Models.named("gemma-3-27b"));

        assertThat(spec.layers()).allSatisfy(layer -> {
            var attention = (GroupedQuery) layer.attention();
            assertThat(attention.reach()).isEqualTo(Reach.FULL);
            assertThat(((Position.Rope) attention.position()).theta()).isEqualTo(1e6);
        });
    }

    @Test
    void aModelWithoutWindowsGetsThem() {
        var spec = new Windows(1, 512).of(Models.named("llama-3-8b"));

        assertThat(spec.cacheElements(8192)).isEqualTo(2048L * (16 * 8192 + 16 * 512));
        assertThat(spec.parameters()).isEqualTo(8_030_261_248L);
    }

    @Test
    void refusesWhatHasNoWindowsToExchange() {
        var windows = new Windows(5, 1024);

        assertThatThrownBy(() -> windows.of(Models.named("deepseek-v3")))
                .hasMessage("deepseek-v3 has latent attention, which has no sliding windows");
        assertThatThrownBy(() -> windows.of(Models.named("gemma-3n-e4b")))
                .isInstanceOf(FigureException.class)
                .hasMessageContaining("gemma-3n-e4b has a layer that shares the KV cache of layer 18");
        assertThatThrownBy(() -> new Windows(-1, 1024)).isInstanceOf(FigureException.class);
        assertThatThrownBy(() -> new Windows(1, 0)).isInstanceOf(FigureException.class);
    }

    /**
     * By hand at 32,768 tokens: 62 layers of 8 KiB a token are 15.5 GiB; 10 of them and 52 windows of 1,024 are 2.91
     * GiB.
     */
    @Test
    void theFigureSaysWhatWindowsSave() {
        var figure = Figures.numbered(11);

        assertThat(figure.caption()).contains("2.91 GiB", "15.5 GiB", "5.3 times");
        assertThat(Texts.of(figure, "at-32k"))
                .containsSubsequence("all global", "15.5 GiB", "15.5 GiB", "15.5 GiB")
                .containsSubsequence("5 local to 1 global", "2.7 GiB", "2.91 GiB", "4.13 GiB");
        assertThat(Texts.of(figure, "ratios"))
                .contains("all global", "1:1, window 1,024", "3:1, window 1,024", "5:1, window 1,024");
        assertThat(Texts.of(figure, "sizes"))
                .contains("all global", "5:1, window 512", "5:1, window 1,024", "5:1, window 4,096");
    }

    @Test
    void masksAreOfAWindowAndOfChunks() {
        assertThat(Texts.of(Figures.numbered(12), ""))
                .containsSubsequence(
                        "gemma-3-27b", "sliding window of 1,024 tokens", "52 layers", "full attention", "10 layers")
                .containsSubsequence("llama-4-maverick", "chunks of 8,192 tokens", "36 layers", "12 layers");
    }
}
