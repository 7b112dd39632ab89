package orrery.look;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import orrery.catalog.Catalog;
import orrery.format.JsonText;
import orrery.format.Metadata;
import orrery.format.ModelFile;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.ScalarBackend;
import orrery.kernel.Step;
import orrery.model.Decoder;
import orrery.model.RoutingObserver;
import orrery.model.Weights;
import orrery.spec.Reach;

/** What a look at a text holds, and the same as data. */
final class LookTest {
    private static final OptionalInt ALL = OptionalInt.empty();

    @Test
    void holdsEveryLayerHeadAndDepth() {
        var look = Looks.golden("gemma-3n", Looks.ids(13));

        assertThat(look.tokens()).hasSize(13);
        assertThat(look.layers()).hasSize(8);
        assertThat(look.lens()).extracting(Look.Depth::layers).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(look.layers())
                .allSatisfy(layer -> assertThat(layer.attention().heads()).hasSize(layer.queryHeads()));
        assertThat(look.layers().get(5).lender()).hasValue(4);
        assertThat(look.layers().get(0).lender()).isEmpty();
    }

    @Test
    void theLastDepthOfTheLensIsTheNextTokensDistribution() {
        var look = Looks.golden("gemma-2", Looks.ids(9));

        assertThat(look.lens().getLast().best()).isEqualTo(look.next());
        assertThat(look.lens().getLast().ofFinal())
                .isEqualTo(look.next().getFirst().probability());
        assertThat(look.next()).isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()));
    }

    @Test
    void saysWhatAWindowHidesFromTheText() {
        var look = Looks.golden("gemma-3n", Looks.ids(13));
        var local = look.layers().getFirst();

        assertThat(local.reach()).isEqualTo(new Reach.Window(11));
        assertThat(local.attention().firstSeen()).endsWith(0, 1, 2);
        assertThat(local.attention().of(local.attention().heads().getFirst(), 12, 1))
                .isZero();
        assertThat(local.attention().of(local.attention().heads().getFirst(), 12, 2))
                .isPositive();
        assertThat(local.hiddenPairs()).isEqualTo(3);
        assertThat(LookWords.hidden(local)).isEqualTo("hides 3 pairs of tokens; from the last token, tokens 0 to 1");
        assertThat(LookWords.hidden(look.layers().get(3))).isEmpty();
        assertThat(LookWords.hidden(
                        Looks.golden("gemma-3n", Looks.ids(11)).layers().getFirst()))
                .isEqualTo("hides nothing of this text");
    }

    @Test
    void latentAttentionShowsTheNormsOfWhatItCaches() {
        var look = Looks.golden("deepseek-v2-lite", Looks.ids(7));
        var latents = look.layers().getFirst().latents().orElseThrow();

        assertThat(latents.latent())
                .hasSize(7)
                .allSatisfy(norm -> assertThat(norm).isPositive());
        assertThat(latents.ropeKey()).hasSize(7).doesNotHaveDuplicates();
        assertThat(Looks.golden("qwen-3", Looks.ids(3)).layers().getFirst().latents())
                .isEmpty();
    }

    @Test
    void expertsAreThoseThatTheRoutingObserverCounts() {
        int[] ids = Looks.ids(21);
        for (String name : List.of("deepseek-v3", "llama-4", "qwen-3-moe")) {
            var counted = new TreeMap<Integer, List<Integer>>();
            try (var file = ModelFile.open(Looks.GOLDENS.resolve(name));
                    var kernels = new ScalarBackend().open(new orrery.kernel.Backend.Options(1))) {
                var checkpoint = Catalog.open(file).withoutDraft();
                var spec = checkpoint.description().spec();
                var decoder = new Decoder(spec, new Weights(spec, checkpoint.weights()), kernels, ids.length, 1);
                try (var cache = new KvCache(spec.caches(), 64, 1)) {
                    var pages = new PageTable[cache.pools()];
                    for (int pool = 0; pool < pages.length; pool++) {
                        pages[pool] = new PageTable();
                        pages[pool].append(cache.take(pool));
                    }
                    var step = new Step(ids.length);
                    int sequence = step.addSequence(pages);
                    for (int i = 0; i < ids.length; i++) {
                        step.add(sequence, ids[i], i, i == ids.length - 1);
                    }
                    RoutingObserver observer = (layer, routing, _) -> counted.put(
                            layer,
                            IntStream.range(0, routing.experts())
                                    .mapToObj(routing::rowsOf)
                                    .toList());
                    decoder.forward(step, cache, observer);
                }
            }
            var seen = new TreeMap<Integer, List<Integer>>();
            for (var layer : Looks.golden(name, ids).layers()) {
                layer.routing().ifPresent(routing -> {
                    var counts = new int[routing.experts()];
                    routing.chosen().forEach(token -> token.forEach(one -> counts[one.expert()]++));
                    assertThat(routing.chosen())
                            .allSatisfy(token -> assertThat(token)
                                    .isSortedAccordingTo((a, b) -> Double.compare(b.weight(), a.weight())));
                    seen.put(layer.index(), IntStream.of(counts).boxed().toList());
                });
            }
            assertThat(seen).as(name).isNotEmpty().isEqualTo(counted);
        }
    }

    @Test
    void asDataAndBackItIsTheSameButForRounding() {
        for (String name : List.of("deepseek-v3", "gemma-3n", "llama-4", "gpt2")) {
            var look = Looks.golden(name, Looks.ids(19));
            String json = JsonText.of(LookData.of(look), JsonText.Doubles.FINITE);

            var read = LookFile.read(Metadata.parseJson("look.json", json.getBytes(StandardCharsets.UTF_8)));

            assertSame(read, look, 1e-6);
            assertThat(JsonText.of(LookData.of(read), JsonText.Doubles.FINITE)).isEqualTo(json);
        }
    }

    /** Compares everything, numbers within a tolerance. */
    static void assertSame(Look actual, Look expected, double tolerance) {
        assertThat(actual)
                .usingRecursiveComparison()
                .withComparatorForType((a, b) -> Math.abs(a - b) <= tolerance ? 0 : 1, Double.class)
                .withComparatorForType((a, b) -> Math.abs(a - b) <= tolerance ? 0 : 1, Float.class)
                .isEqualTo(expected);
    }

    @Test
    void aRoundedRowOfDataStillAddsUpToOne() {
        var data = LookData.of(Looks.golden("mistral-7b-v0.1", Looks.ids(30)));

        var layers = Metadata.of("look", data).children("layers");
        for (var layer : layers) {
            int[] first = layer.integerArray("first_seen");
            int[] last = layer.integerArray("last_seen");
            for (var head : layer.children("heads")) {
                var rows = head.decimalRows("weights");
                for (int r = 0; r < rows.size(); r++) {
                    assertThat(rows.get(r)).hasSize(last[r] - first[r] + 1);
                    double sum = rows.get(r).stream()
                            .mapToDouble(Double::doubleValue)
                            .sum();
                    assertThat(sum).isCloseTo(1, within(2e-5));
                }
            }
        }
        assertThat(layers.getFirst().text("reach")).isEqualTo("window");
        assertThat(layers.getFirst().integer("reach_tokens")).isEqualTo(12);
    }

    @Test
    void oneLayerAndOneHeadAreLeftWhenAskedFor() {
        var look = Looks.golden("llama-3.1", Looks.ids(5));

        var zoomed = look.only(List.of(1), OptionalInt.of(2));
        assertThat(zoomed.layers()).singleElement().satisfies(layer -> {
            assertThat(layer.index()).isEqualTo(1);
            assertThat(layer.attention().heads())
                    .containsExactly(look.layers().get(1).attention().heads().get(2));
        });
        assertThat(look.only(List.of(), OptionalInt.of(0)).layers()).hasSameSizeAs(look.layers());
        assertThat(look.only(List.of(1, 0), ALL).layers())
                .isEqualTo(look.layers().subList(0, 2));
        assertThat(look.only(List.of(), ALL)).isEqualTo(look);
    }

    @Test
    void layersAndHeadsThatDoNotExistAreRefused() {
        var look = Looks.golden("llama-3.1", Looks.ids(5));
        int layers = look.layers().size();

        assertThatThrownBy(() -> look.only(List.of(0, layers), ALL))
                .isInstanceOf(LookException.class)
                .hasMessage("there is no layer " + layers + " in llama-3.1, expected 0 to " + (layers - 1));
        assertThatThrownBy(() -> look.only(List.of(-1), ALL)).isInstanceOf(LookException.class);
        assertThatThrownBy(() -> look.only(List.of(0), OptionalInt.of(99)))
                .isInstanceOf(LookException.class)
                .hasMessageStartingWith("there is no head 99 in layer 0 of llama-3.1, expected 0 to ");
        assertThatThrownBy(() -> look.only(List.of(), OptionalInt.of(-1))).isInstanceOf(LookException.class);
    }

    @Test
    void textsThatAreEmptyOrTooLongAreRefused() {
        assertThatThrownBy(() -> LookRun.requireLength(0, 2048))
                .isInstanceOf(LookException.class)
                .hasMessageContaining("the text is empty");
        assertThatThrownBy(() -> LookRun.requireLength(129, 2048))
                .isInstanceOf(LookException.class)
                .hasMessageContaining("the text has 129 tokens, expected at most 128");
        assertThatThrownBy(() -> LookRun.requireLength(65, 64))
                .isInstanceOf(LookException.class)
                .hasMessageContaining("the text has 65 tokens, expected at most 64, the model's context");
        LookRun.requireLength(128, 2048);
        LookRun.requireLength(64, 64);
    }

    @Test
    void aFileWithAnUnknownReachIsRefused() throws Exception {
        var json = JsonText.of(LookData.of(Looks.golden("gpt2", 1, 2)), JsonText.Doubles.FINITE)
                .replace("\"reach\":\"full\"", "\"reach\":\"far\"");
        var file = Files.createTempFile("look", ".json");
        try {
            Files.writeString(file, json);
            assertThatThrownBy(() -> LookFile.read(Metadata.readJson(file)))
                    .hasMessageContaining("reach is \"far\", expected full, window or chunk");
        } finally {
            Files.delete(file);
        }
    }
}
