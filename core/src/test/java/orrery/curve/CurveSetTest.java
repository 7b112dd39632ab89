package orrery.curve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import orrery.catalog.Catalog;
import orrery.tensor.KvType;

final class CurveSetTest {
    private static final List<Scenario> SCENARIOS = List.of(
                    "deepseek-v3",
                    "llama-3.1-405b",
                    "gemma-3-27b",
                    "olmo-2-7b",
                    "llama-4-scout",
                    "gemma-3n-e4b",
                    "gpt2")
            .stream()
            .map(Samples::scenario)
            .toList();
    private static final Optional<Machine> H200 = Machines.named("H200");

    @ParameterizedTest
    @EnumSource
    void everyCurveEndsWhereItsModelDoes(Quantity quantity) {
        var set = CurveSet.of(quantity, SCENARIOS, H200);

        for (int i = 0; i < SCENARIOS.size(); i++) {
            var points = set.curves().get(i).points();
            assertThat(points.getLast().context())
                    .isEqualTo(SCENARIOS.get(i).spec().maxPositions());
            assertThat(points.getFirst().context()).isEqualTo(64);
            assertThat(points).extracting(Curve.Point::value).allMatch(value -> value > 0 && !value.isInfinite());
        }
    }

    @Test
    void edgesOfWindowsAndChunksAreHit() {
        assertThat(Contexts.of(Samples.spec("gemma-3-27b"), 64, 131_072)).contains(1024L, 1025L, 131_072L);
        assertThat(Contexts.of(Samples.spec("gemma-3n-e4b"), 64, 32_768)).contains(512L, 513L);
        var scout = Contexts.of(Samples.spec("llama-4-scout"), 1000, 10_000_000);
        for (long tooth = 1; tooth <= Contexts.MOST_TEETH; tooth++) {
            assertThat(scout).contains(tooth * 8192, tooth * 8192 + 1);
        }
        assertThat(scout).startsWith(1000L).endsWith(10_000_000L).isSorted().doesNotHaveDuplicates();
        assertThat(scout.stream().filter(context -> context > 33 * 8192 && context < 10_000_000))
                .isNotEmpty()
                .allMatch(context -> context % 8192 <= 1);
    }

    @Test
    void everyPowerOfTwoIsAPoint() {
        for (var release : Catalog.releases()) {
            if (!release.name().startsWith("llama-4")) {
                var contexts = Contexts.of(release.spec(), 1, release.spec().maxPositions());
                for (long power = 1; power <= release.spec().maxPositions(); power *= 2) {
                    assertThat(contexts).as(release.name()).contains(power);
                }
            }
        }
        assertThat(Contexts.of(Samples.spec("gpt2"), 1, 1)).containsExactly(1L);
        assertThatThrownBy(() -> Contexts.of(Samples.spec("gpt2"), 5, 4)).hasMessageContaining("from 5 to 4");
    }

    @Test
    void timeNeedsAMachineAndAPromptItsArithmetic() {
        assertThatThrownBy(() -> CurveSet.of(Quantity.TIME, SCENARIOS, Optional.empty()))
                .hasMessageContaining("time per token depends on a machine");
        assertThatThrownBy(() -> CurveSet.of(Quantity.FIRST, SCENARIOS, Machines.named("m4-max")))
                .hasMessageContaining("the FLOP/s of m4-max are not known");
        assertThatThrownBy(() -> CurveSet.of(Quantity.KV, List.of(), Optional.empty()))
                .hasMessageContaining("no model");
        assertThat(CurveSet.of(Quantity.TIME, SCENARIOS, Machines.named("m4-max"))
                        .curves())
                .hasSize(7);
    }

    @Test
    void saysWhoDoesNotFit() {
        var set = CurveSet.of(Quantity.TIME, SCENARIOS, H200);

        assertThat(set.curves().get(0).room()).isInstanceOf(Room.TooSmall.class);
        assertThat(set.curves().get(2).room()).isEqualTo(Room.ENOUGH);
        assertThat(CurveChart.notes(set))
                .contains(
                        "Weights bf16, KV cache in bf16, 1 sequence.",
                        "deepseek-v3 does not fit: its weights alone take 1.34 TB.");
        assertThat(CurveSet.of(Quantity.KV, SCENARIOS, Optional.empty()).curves())
                .extracting(Curve::room)
                .containsOnly(Room.UNASKED);
    }

    @Test
    void aChartMarksWhereMemoryIsFullAndWhatWasMeasured() {
        var gemma = Samples.scenario(Samples.spec("gemma-3-27b"), KvType.BF16, 16);
        var mistral = Samples.scenario("mistral-small-3.1-24b");
        var machine = H200.orElseThrow();
        double predicted = gemma.stepSeconds(3000, machine);
        var measured = MeasuredPoint.of(
                Quantity.TIME,
                List.of(gemma, mistral),
                machine,
                List.of(
                        new Measurement("gemma-3-27b", Quantity.TIME, "bf16", KvType.BF16, 3000, 16, 1.5 * predicted),
                        new Measurement("gemma-3-27b", Quantity.TIME, "bf16", KvType.BF16, 3000, 1, 1),
                        new Measurement("gemma-3-27b", Quantity.TIME, "bf16", KvType.F32, 3000, 16, 1),
                        new Measurement("gemma-3-27b", Quantity.TIME, "q8_0", KvType.BF16, 3000, 16, 1),
                        new Measurement("gemma-3-27b", Quantity.FIRST, "bf16", KvType.BF16, 3000, 1, 1),
                        new Measurement("olmo-2-7b", Quantity.TIME, "bf16", KvType.BF16, 3000, 16, 1)));

        assertThat(measured).hasSize(1);
        assertThat(measured.getFirst().ratio()).isCloseTo(1.5, within(1e-9));
        var set = CurveSet.of(Quantity.TIME, List.of(gemma, mistral), H200);
        var full = new ArrayList<Long>();
        if (set.curves().getFirst().room() instanceof Room.UpTo(var tokens)) {
            full.add(tokens);
        }
        assertThat(full).hasSize(1);
        // 16 sequences of 10 full layers and 52 windows beside 54 GB of weights.
        double left = (141e9 - gemma.weightBytes()) / 16 / 8192 - 52 * 1024;
        assertThat(full.getFirst()).isEqualTo((long) Math.floor(left / 10));
        var svg = CurveChart.of(set, measured).diagram().svg();
        assertThat(svg)
                .contains(
                        "memory full at " + String.format(java.util.Locale.ROOT, "%,d", full.getFirst()),
                        "measured 1.50 × predicted");
        assertThat(svg).contains("opacity=\"0.35\"");
    }
}
