package orrery.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.engine.EngineOptions;
import orrery.report.TokenCost;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.KvType;

final class BenchTest {
    private static final EngineOptions OPTIONS =
            EngineOptions.defaults().withThreads(2).withPrefillRows(7);
    private static final long ROOM = 1L << 30;

    private static BenchPlan plan(Workload... workloads) {
        return new BenchPlan(List.of(workloads), 4, OptionalInt.of(2), 0);
    }

    private static Results measured(ArchitectureSpec spec, WeightType type, BenchPlan plan, long memory) {
        try (var subject = Subject.ofShape(spec, type, plan, memory, BenchListener.NONE);
                var bench = Bench.open(subject, plan, OPTIONS)) {
            return bench.measure(BenchListener.NONE);
        }
    }

    static Stream<String> goldens() {
        return Shapes.goldens();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void everyFamilyCanBeMeasured(String golden) {
        var plan = plan(new Workload.Prefill(15), new Workload.Decode(20, 1), new Workload.Decode(3, 3));

        var results = measured(Shapes.golden(golden), WeightType.F32, plan, ROOM);

        assertThat(results.rounds()).isEqualTo(2);
        assertThat(results.workloads()).extracting(Measured::workload).isEqualTo(plan.workloads());
        assertThat(results.workloads()).extracting(Measured::tokens).containsExactly(15L, 2L, 6L);
        assertThat(results.workloads()).allSatisfy(one -> {
            assertThat(one.tokensPerSecond().median()).isPositive().isFinite();
            assertThat(one.shareOfBandwidth().lower()).isPositive();
            assertThat(one.shareOfFmaPeak().upper()).isPositive().isFinite();
        });
        assertThat(results.bandwidth().median()).isPositive();
        assertThat(results.cacheBytes()).isPositive();
    }

    private static Bench.Probe probe(double bandwidth, double peak) {
        return new Bench.Probe(bandwidth, 2 * peak, OptionalDouble.of(peak));
    }

    @Test
    void aShareIsThatOfTheMomentAndNotOfTheMean() {
        var samples = new Samples(new Workload.Decode(0, 2), 10, 3);
        // On a machine whose speed halves, the same work takes twice as long.
        samples.add(1, 4, 100, 50, probe(200, 400), probe(200, 600));
        samples.add(2, 8, 100, 50, probe(100, 250), probe(100, 250));
        samples.add(2, 8, 100, 50, probe(50, 250), probe(150, 250));

        var measured = samples.measured();

        assertThat(measured.shareOfBandwidth()).isEqualTo(new Quartiles(0.5, 0.5, 0.5));
        assertThat(measured.shareOfBytePeak()).contains(new Quartiles(0.1, 0.1, 0.1));
        assertThat(measured.shareOfFmaPeak()).isEqualTo(new Quartiles(0.05, 0.05, 0.05));
        assertThat(measured.shareOfArithmetic()).isEqualTo(new Quartiles(0.1, 0.1, 0.1));
        assertThat(measured.tokensPerSecond()).isEqualTo(new Quartiles(5, 5, 10));
        assertThat(measured.wholeTokensPerSecond()).isEqualTo(new Quartiles(1.25, 1.25, 2.5));
        assertThat(measured.boundByMemory()).isTrue();
    }

    @Test
    void theRooflineIsTheLowerOfTheTwo() {
        var cost = TokenCost.of(Shapes.wide(), WeightType.F32.of(Shapes.wide()), KvType.F32);
        var step = new Workload.Decode(10, 4);

        var slowMemory = Roofline.of(step, cost, 7, 1000, 1e15);
        var slowArithmetic = Roofline.of(step, cost, 7, 1e15, 1000);

        assertThat(slowMemory.boundByMemory()).isTrue();
        assertThat(slowMemory.tokensPerSecond()).isEqualTo(4 / (cost.decodeBytes(10, 4) / 1000));
        assertThat(slowArithmetic.boundByMemory()).isFalse();
        assertThat(slowArithmetic.tokensPerSecond()).isEqualTo(4 / (cost.decodeFlops(10, 4) / 1000));
    }

    @Test
    void aCutModelIsPredictedAsAWhole() {
        var spec = Shapes.golden("llama-3.1");
        var plan = plan(new Workload.Prefill(20));
        long whole = TokenCost.of(spec, WeightType.F32.of(spec), KvType.F32).storedBytes() + plan.cacheBytes(spec);

        try (var subject = Subject.ofShape(spec, WeightType.F32, plan, whole - 1, BenchListener.NONE);
                var bench = Bench.open(subject, plan, OPTIONS)) {
            var one = bench.measure(BenchListener.NONE).workloads().getFirst();

            assertThat(subject.cut().isWhole()).isFalse();
            assertThat(subject.costOfWhole(orrery.tensor.KvType.F32).storedBytes())
                    .isGreaterThan(subject.cost(orrery.tensor.KvType.F32).storedBytes());
            assertThat(one.wholeTokensPerSecond().median()).isPositive().isFinite();
        }
    }

    @Test
    void tellsHowFarItIs() {
        var heard = new ArrayList<BenchListener.Phase>();
        var plan = plan(new Workload.Prefill(3), new Workload.Decode(0, 1));
        BenchListener listener = (phase, done, all) -> {
            assertThat(done).isBetween(0L, all);
            heard.add(phase);
        };
        try (var subject = Subject.ofShape(Shapes.wide(), WeightType.F16, plan, ROOM, listener);
                var bench = Bench.open(subject, plan, OPTIONS)) {
            bench.measure(listener);
        }

        assertThat(heard).isSorted().contains(BenchListener.Phase.values());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0 | 0 | 1 | 8 | 1 | prompt is 0, expected 1 or more
            5 | -1 | 1 | 8 | 1 | context is -1, expected 0 or more
            5 | 0 | 0 | 8 | 1 | batch is 0, expected 1 to 1024
            5 | 0 | 1025 | 8 | 1 | batch is 1025, expected 1 to 1024
            5 | 0 | 1 | 0 | 1 | tokens is 0, expected 1 to 1048576
            5 | 0 | 1 | 8 | 0 | rounds is 0, expected 1 to 1000
            """)
    void refusesNumbersOutOfTheirRange(int prompt, int context, int batch, int tokens, int rounds, String expected) {
        assertThatThrownBy(() -> new BenchPlan(
                        List.of(new Workload.Prefill(prompt), new Workload.Decode(context, batch)),
                        tokens,
                        OptionalInt.of(rounds),
                        0))
                .isInstanceOf(MeasureException.class)
                .hasMessage(expected);
    }

    @Test
    void refusesMoreTokensThanTheModelAttendsOver() {
        var spec = Shapes.wide();
        for (var workload : List.of(new Workload.Prefill(513), new Workload.Decode(509, 1))) {
            assertThatThrownBy(() -> measured(spec, WeightType.F32, plan(workload), ROOM))
                    .isInstanceOf(MeasureException.class)
                    .hasMessageContaining("wide attends over 512 at most");
        }
        measured(spec, WeightType.F32, plan(new Workload.Prefill(512), new Workload.Decode(508, 1)), ROOM);
    }

    @Test
    void aWindowNeedsPagesForWhatItSeesAlone() {
        var spec = Catalog.release("gemma-3-1b").orElseThrow().spec();

        long bytes = new Workload.Decode(16_384, 2).cacheBytes(spec, orrery.tensor.KvType.F32, 32);

        // Four layers with full attention see all 16,416 positions in 65 pages of 256, twenty-two the last three pages:
        // 512 and the step's 32.
        assertThat(bytes).isEqualTo(2L * 2 * 256 * 4 * 256 * (4 * 65 + 22 * 3));
    }
}
