package orrery.lab.tape;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.kernel.Attention;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.spec.CacheSpec;
import orrery.spec.Heads;
import orrery.spec.Reach;
import orrery.tensor.KvType;

/** The gradient of attention by every element of queries, keys and values. */
final class AttentionGradientTest {
    private static final int PAGE = 4;

    static List<Arguments> shapes() {
        return List.of(
                Arguments.of(new Heads(1, 1, 1), 1, Reach.FULL, 0f),
                Arguments.of(new Heads(3, 3, 5), 5, Reach.FULL, 0f),
                Arguments.of(new Heads(6, 2, 7), 3, Reach.FULL, 0f),
                Arguments.of(new Heads(4, 1, 8), 8, new Reach.Window(3), 0f),
                Arguments.of(new Heads(2, 1, 6), 6, new Reach.Chunk(3), 0f),
                Arguments.of(new Heads(2, 2, 9), 9, Reach.FULL, 1.5f));
    }

    /** Two sequences whose rows are mixed; one of them has a span whose rows see each other. */
    private static Step step(KvCache cache) {
        var step = new Step(9);
        for (int s = 0; s < 2; s++) {
            var pages = new PageTable();
            pages.append(cache.take(0));
            pages.append(cache.take(0));
            step.addSequence(new PageTable[] {pages});
        }
        int[] sequences = {0, 1, 0, 1, 0, 0, 0, 1, 0};
        var next = new int[2];
        for (int sequence : sequences) {
            step.add(sequence, 0, next[sequence]++, false);
        }
        step.span(4, 3);
        return step;
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void ofStoredKeysAndValues(Heads heads, int valueSize, Reach reach, float softcap) {
        var attention = new Attention(heads, valueSize, reach, 0.7f, softcap);
        var spec = new CacheSpec.PerToken(heads.keyValue(), heads.size(), valueSize, reach);
        try (var cache = new KvCache(List.of(spec), KvType.F32, PAGE, 4)) {
            var step = step(cache);
            new OperationRig()
                    .input(9, heads.query() * heads.size())
                    .input(9, heads.keyValue() * heads.size())
                    .input(9, heads.keyValue() * valueSize)
                    .check(9, run -> {
                        var out = run.kernels().allocate(9, heads.query() * valueSize);
                        run.kernels().attend(out, run.input(0), run.input(1), run.input(2), cache, 0, attention, step);
                        return out;
                    });
        }
    }

    /** Latent attention: the value is the beginning of the key. */
    @Test
    void ofValuesThatAreTheBeginningOfTheirKeys() {
        var heads = new Heads(3, 1, 7);
        var attention = new Attention(heads, 5, Reach.FULL, 0.4f, 0);
        try (var cache = new KvCache(List.of(new CacheSpec.PerToken(1, 7, 0, Reach.FULL)), KvType.F32, PAGE, 4)) {
            var step = step(cache);
            new OperationRig().input(9, 21).input(9, 7).check(9, run -> {
                var out = run.kernels().allocate(9, 15);
                run.kernels().attend(out, run.input(0), run.input(1), run.input(1), cache, 0, attention, step);
                return out;
            });
        }
    }

    /** Gemma 3n's last layers read what an earlier one stored, and the buffers of keys hold something else by then. */
    @Test
    void ofKeysThatAnotherLayerStored() {
        var heads = new Heads(2, 1, 6);
        var attention = new Attention(heads, 6, Reach.FULL, 0.4f, 0);
        var specs = List.<CacheSpec>of(new CacheSpec.PerToken(1, 6, 6, Reach.FULL), new CacheSpec.Borrowed(0));
        try (var cache = new KvCache(specs, KvType.F32, PAGE, 4)) {
            var step = step(cache);
            new OperationRig().input(9, 12).input(9, 6).input(9, 6).check(9, run -> {
                var kernels = run.kernels();
                var out = kernels.allocate(9, 12);
                kernels.attend(out, run.input(0), run.input(1), run.input(2), cache, 0, attention, step);
                kernels.clear(run.input(1), 9);
                kernels.tanh(run.input(2), 9);
                kernels.attend(run.input(0), out, cache, 1, attention, step);
                kernels.add(run.input(0), out, 9);
                return run.input(0);
            });
        }
    }

    /** Latent attention, expanded: latents are read out of the cache again. */
    @Test
    void ofKeysThatAreReadOutOfTheCache() {
        var heads = new Heads(1, 1, 7);
        var attention = new Attention(heads, 5, Reach.FULL, 0.4f, 0);
        try (var cache = new KvCache(List.of(new CacheSpec.PerToken(1, 7, 0, Reach.FULL)), KvType.F32, PAGE, 4)) {
            var step = step(cache);
            new OperationRig().input(9, 7).check(6, run -> {
                var out = run.kernels().allocate(6, 3);
                run.kernels().storeKv(run.input(0), run.input(0), cache, 0, attention, step);
                run.kernels().gatherKv(out, 2, cache, 0, step.pages(0, 0), 6);
                run.kernels().tanh(out, 6);
                return out;
            });
        }
    }

    @Test
    void refusesAPastThatIsNotOnTheTape() {
        var heads = new Heads(1, 1, 7);
        var attention = new Attention(heads, 7, Reach.FULL, 0.4f, 0);
        try (var cache = new KvCache(List.of(new CacheSpec.PerToken(1, 7, 7, Reach.FULL)), KvType.F32, PAGE, 4)) {
            var step = step(cache);
            assertThatThrownBy(() -> new OperationRig().input(9, 7).check(9, run -> {
                        run.kernels().attend(run.input(0), run.input(0), cache, 0, attention, step);
                        return run.input(0);
                    }))
                    .isInstanceOf(TapeException.class)
                    .hasMessage("attention of layer 0 reads position 0, which is not on the tape; expected sequences"
                            + " from their first position on");
        }
    }
}
