package orrery.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.kernel.Backend;
import orrery.kernel.Elements;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.model.Decoder;
import orrery.model.Weights;
import orrery.report.TokenCost;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;
import orrery.tensor.Matrix;

final class RandomWeightsTest {
    static Stream<String> goldens() {
        return Shapes.goldens();
    }

    @ParameterizedTest
    @EnumSource
    void weightsOfEveryTypeAreSmallFiniteAndOfBothSigns(WeightType type) {
        try (var arena = Arena.ofConfined()) {
            var weights = new RandomWeights(arena, type.of(Shapes.wide())).of(Shapes.wide());
            for (String path : new String[] {"embedding.tokens", "layers.0.mlp.down.weight", "head.weight"}) {
                var matrix = Objects.requireNonNull(weights.get(path)).getFirst();
                double sum = 0;
                double squares = 0;
                int count = matrix.rows() * matrix.columns();
                for (int i = 0; i < count; i++) {
                    float value = element(matrix, i / matrix.columns(), i % matrix.columns());
                    sum += value;
                    squares += (double) value * value;
                }
                double size = Math.sqrt(squares / count);
                assertThat(size).as(path).isBetween(0.003, 0.15);
                assertThat(Math.abs(sum / count)).as(path).isLessThan(0.15 * size);
            }
        }
    }

    private static float element(Matrix matrix, int row, int column) {
        float factor = matrix.scale(row, column);
        return factor * Elements.of(matrix.data(), matrix.dtype(), matrix.index(row, column));
    }

    @ParameterizedTest
    @EnumSource
    void takeAsManyBytesAsTheArithmeticSays(WeightType type) {
        for (String golden : Shapes.goldens().toList()) {
            var spec = Shapes.golden(golden).withoutDraft();
            try (var arena = Arena.ofConfined()) {
                long bytes = 0;
                for (var copies :
                        new RandomWeights(arena, type.of(spec)).of(spec).values()) {
                    for (var matrix : copies) {
                        bytes += matrix.bytes()
                                + matrix.scales()
                                        .map(blocks -> blocks.factors().data().byteSize())
                                        .orElse(0L);
                    }
                }
                assertThat(bytes)
                        .as(golden)
                        .isEqualTo(TokenCost.of(spec, type.of(spec), KvType.F32).storedBytes());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void everyFamilyRunsOnThem(String golden) {
        var spec = Shapes.golden(golden).withoutDraft();
        for (var type : new WeightType[] {WeightType.F32, WeightType.BF16, WeightType.FP8, WeightType.Q5_0}) {
            requireFiniteLogits(spec, type);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeRuns(WeightType type) {
        requireFiniteLogits(Shapes.wide(), type);
    }

    private static void requireFiniteLogits(ArchitectureSpec spec, WeightType type) {
        try (var arena = Arena.ofConfined();
                var kernels = Backend.named("scalar").open(new Backend.Options(1));
                var cache = new KvCache(spec.caches(), 8, 8)) {
            var weights = new Weights(spec, new RandomWeights(arena, type.of(spec)).of(spec));
            var pages = new PageTable[cache.pools()];
            for (int pool = 0; pool < pages.length; pool++) {
                pages[pool] = new PageTable();
                pages[pool].append(cache.take(pool));
            }
            var step = new Step(3);
            int sequence = step.addSequence(pages);
            for (int row = 0; row < 3; row++) {
                step.add(sequence, row, row, row == 2);
            }
            var logits = new Decoder(spec, weights, kernels, 3, 1).forward(step, cache);
            var row = new float[spec.vocabSize()];
            kernels.read(row, logits, 0);

            double size = 0;
            for (float logit : row) {
                size = Math.max(size, Math.abs(logit));
                assertThat(logit).as(spec.name() + " " + type).isFinite();
            }
            assertThat(size).as(spec.name() + " " + type).isPositive();
        }
    }

    @Test
    void noTwoMatricesAreAlike() {
        try (var arena = Arena.ofConfined()) {
            var weights = new RandomWeights(arena, (_, _) -> DType.BF16).of(Shapes.golden("qwen-3-moe"));
            var experts = Objects.requireNonNull(weights.get("layers.0.mlp.experts.up.weight"));

            assertThat(experts).hasSizeGreaterThan(1);
            assertThat(experts.get(0).data().mismatch(experts.get(1).data())).isNotEqualTo(-1);
        }
    }

    @Test
    void vectorsAndRoutersAreFull() {
        var spec = Shapes.golden("qwen-3-moe");

        for (var type : WeightType.values()) {
            spec.weights().forEach((path, weight) -> {
                boolean full = weight.dimensions().size() == 1 || path.contains("router");
                if (full) {
                    assertThat(type.of(spec).apply(path, weight)).as(path).isEqualTo(DType.F32);
                }
            });
        }
    }

    @Test
    void whatFitsNoBlockIsStoredInOneThatFits() {
        var spec = Shapes.golden("llama-3.1");
        var up = Objects.requireNonNull(spec.weights().get("layers.0.mlp.up.weight"));
        int columns = up.dimensions().getLast();

        assertThat(columns % 256).isNotZero();
        for (var type : WeightType.values()) {
            var stored = type.of(spec).apply("layers.0.mlp.up.weight", up);
            assertThat(columns % stored.blockElements()).as(type.label()).isZero();
        }
    }

    /** Of 16 layers the first two, the last two, and every third of those between: 4, 7, 10 and 13. */
    @Test
    void aMixGivesMoreBitsToTheHeadAndToHalfOfTheLayers() {
        var spec = Catalog.release("llama-3.2-1b").orElseThrow().spec();
        var storedAs = WeightType.Q4_K_M.of(spec);
        var more = new ArrayList<String>();
        spec.weights().forEach((path, weight) -> {
            if (storedAs.apply(path, weight) == DType.Q6_K) {
                more.add(path);
            }
        });

        var expected = new ArrayList<String>(List.of("embedding.tokens"));
        for (int layer : new int[] {0, 1, 4, 7, 10, 13, 14, 15}) {
            expected.add("layers." + layer + ".attention.v.weight");
            expected.add("layers." + layer + ".mlp.down.weight");
        }
        assertThat(more).isEqualTo(expected);
    }

    @Test
    void anUnknownTypeIsRefusedWithTheNearestKnown() {
        assertThatThrownBy(() -> WeightType.named("q5_l"))
                .isInstanceOf(MeasureException.class)
                .hasMessageContaining("type is \"q5_l\", expected one of f32, f16, bf16, q8_0")
                .hasMessageEndingWith("the nearest known is q5_0");
        assertThat(Arrays.stream(WeightType.values()).map(type -> WeightType.named(type.label())))
                .containsExactly(WeightType.values());
    }
}
