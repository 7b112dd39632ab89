package orrery.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.spec.ArchitectureSpec;

class SliceTest {
    private static ArchitectureSpec release(String name) {
        return Catalog.release(name).orElseThrow().spec();
    }

    private static ArchitectureSpec golden() {
        return Catalog.describe(Path.of("src", "test", "resources", "goldens", "gemma-3n")
                        .toString())
                .spec();
    }

    @Test
    void e4bCutToE2bIsE2b() {
        var e2b = Slice.parse(" e2b ").of(release("gemma-3n-e4b"));

        assertThat(e2b.spec().withName("")).isEqualTo(release("gemma-3n-e2b").withName(""));
        assertThat(e2b.spec().parameters()).isEqualTo(4_456_156_768L);
        assertThat(e2b.spec().name()).isEqualTo("gemma-3n-e4b (E2B)");
        assertThat(e2b.layers()).hasSize(30).contains(19, 25).doesNotContain(20, 24);
    }

    @Test
    void theSameByNumberIsTheSame() {
        var whole = release("gemma-3n-e4b");

        var chosen = Slice.parse("layers=0-19,25-34;ffn=8192").of(whole);

        assertThat(chosen.spec().withName(""))
                .isEqualTo(new Slice.E2B().of(whole).spec().withName(""));
        assertThat(chosen.borrowing()).isEqualTo(10);
    }

    @Test
    void sizesBetweenLieBetween() {
        var between = Slice.parse("layers=0-19,25-34;ffn=12288").of(release("gemma-3n-e4b"));

        assertThat(between.spec().parameters())
                .isGreaterThan(release("gemma-3n-e2b").parameters())
                .isLessThan(release("gemma-3n-e4b").parameters());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "layers=0-4,7 | layers=0-4,7",
                " ffn=8 ; layers=0,1,2,3,4 | layers=0-4;ffn=8",
                "layers= 3 , 7 - 7;ffn= 5 , 6 | layers=3,7;ffn=5,6",
                "ffn=9,9,9,9,9,9,9,9 | ffn=9"
            })
    void readsWhatItWrites(String text, String written) {
        var slice = Slice.parse(text);

        assertThat(slice).hasToString(written);
        assertThat(Slice.parse(slice.toString()).of(golden()).spec())
                .isEqualTo(slice.of(golden()).spec());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "E3B", "layers", "layers=0;layers=1", "ffn=8;", "width=8", "ffn=8;depth=3"})
    void refusesWhatIsNoSlice(String text) {
        assertThatThrownBy(() -> Slice.parse(text))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("is not a slice, expected E2B, layers=0-19,25-34, ffn=8192");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "layers= | are not a list of numbers and ranges",
                "layers=0-,3 | are not a list of numbers and ranges",
                "layers=-1 | are not a list of numbers and ranges",
                "layers=0-999999999999 | are not a list of numbers and ranges",
                "layers=4-2 | the layers 4-2 of a slice are in descending order",
                "layers=0-3,3 | names layer 3 twice",
                "layers=0-3,2-5 | names layer 2 after layer 3, expected each layer once, in ascending order",
                "layers=0-4,8 | keeps layer 8, but gemma-3n has the layers 0 to 7",
                "layers=0-99999;ffn=3 | keeps layer 99999, but gemma-3n has the layers 0 to 7",
                "layers=0-99999 | keeps layer 99999, but gemma-3n has the layers 0 to 7",
                "layers=0-3,5-7 | leaves out layer 4, whose keys and values the kept layers 5, 6 read",
                "layers=0-2,4-7 | leaves out layer 3, whose keys and values the kept layers 7 read",
                "layers=5 | leaves out layer 4, whose keys and values the kept layers 5 read",
                "ffn= | are not a list of numbers",
                "ffn=1e3 | are not a list of numbers",
                "ffn=0 | has a feed-forward of 0, expected 1 or more",
                "ffn=128,129,1,1,1,1,1,1 | wants a feed-forward of 129 in layer 1, which has only 128",
                "layers=3,7;ffn=8,200 | wants a feed-forward of 200 in layer 7, which has only 128",
                "ffn=1,2,3 | lists 3 feed-forward widths, expected one for all layers or one for each of the 8 kept ones",
                "layers=0-4;ffn=1,2,3,4,5,6 | lists 6 feed-forward widths, expected one for all layers or one for each of the 5",
                "E2B | E2B is cut from Gemma 3n E4B: 35 layers, of which 15 share an earlier layer"
            })
    void refusesWhatIsNotNested(String text, String message) {
        assertThatThrownBy(() -> Slice.parse(text).of(golden()))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesEmptyListsAndNothing() {
        assertThatThrownBy(() -> new Slice.Chosen(Optional.empty(), Optional.empty()))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("neither layers nor feed-forward widths");
        assertThatThrownBy(() -> new Slice.Chosen(Optional.of(List.of()), Optional.empty()))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("keeps no layer");
        assertThatThrownBy(() -> new Slice.Chosen(Optional.empty(), Optional.of(List.of())))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("lists no feed-forward width");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gemma-3-1b", "gemma-3n-e2b", "deepseek-v3"})
    void refusesToCutE2bOutOfAnythingButE4b(String name) {
        assertThatThrownBy(() -> new Slice.E2B().of(release(name)))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining(name);
    }

    @Test
    void onlyNestedModelsHaveSlices() {
        assertThatThrownBy(() -> Slice.parse("ffn=8").of(release("llama-3.2-1b")))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("llama-3.2-1b has no slices: of the families that Orrery knows, only Gemma 3n");
    }
}
