package orrery.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import orrery.catalog.OpenCheckpoint;
import orrery.engine.Engine;
import orrery.engine.EngineOptions;
import orrery.engine.Request;
import orrery.engine.TokenLogprobs;
import orrery.kernel.Backend;
import orrery.lab.tape.Parameters;
import orrery.lab.tape.TrainingPass;
import orrery.tensor.KvType;
import orrery.token.Tokenizer;

final class TrainingRunTest {
    private static final String TEXT = "The quick brown fox jumps over the lazy dog, naïvely. ".repeat(20);

    @TempDir
    private Path folder;

    private static TrainingPlan plan(int steps, OptimizerKind optimizer, double rate) {
        return new TrainingPlan(steps, 4, 24, rate, 5, 0.1, 0.1, 1, optimizer, 0.1, 0.1, 50, 3);
    }

    @ParameterizedTest
    @EnumSource
    void aTinyModelLearnsARepeatingText(OptimizerKind optimizer) {
        var seen = new TinyRun();
        var out = folder.resolve("out");
        try (var run = TinyRun.start(folder, TinyRun.LLAMA, TEXT, plan(150, optimizer, 1e-2), out)) {
            run.train(seen);
        }

        // Of 257 tokens alike, ln 257 = 5.55; the text has 29 different bytes.
        assertThat(seen.steps.getFirst().loss()).isBetween(5.3, 5.8);
        assertThat(seen.steps.getLast().loss()).isLessThan(0.8);
        assertThat(seen.saved).containsExactly(50, 100, 150);
        var last = seen.validations.getLast();
        assertThat(last.loss()).isLessThan(1);
        assertThat(last.byPosition().getFirst().loss())
                .isGreaterThan(last.byPosition().getLast().loss());
        assertThat(last.byPosition()).extracting(ValidationReport.Range::first).containsExactly(1, 2, 4, 8, 16);
        assertThat(last.byPosition().getLast().last()).isEqualTo(24);
        assertThat(seen.steps).allSatisfy(step -> {
            assertThat(step.gradientNorm()).isPositive();
            assertThat(step.largestLogit()).isPositive();
        });
    }

    @Test
    void aSeedGivesTheSameCurveWhateverTheThreads() throws Exception {
        for (int threads = 1; threads <= 3; threads++) {
            var tokens = new ByteTokens();
            var model = TrainedModel.read(TinyRun.config(folder, TinyRun.LLAMA), tokens);
            var text = TinyRun.text(folder, TEXT);
            try (var run =
                    TrainingRun.start(model, tokens, text, TinyRun.PLAN, threads, folder.resolve("" + threads))) {
                run.train(new TinyRun());
            }
            same(folder.resolve("1"), folder.resolve("" + threads));
        }
    }

    private static void same(Path one, Path other) throws Exception {
        for (var name : List.of("loss.jsonl", "model.safetensors", "training.state", "config.json")) {
            assertThat(other.resolve(name)).as(name).hasSameBinaryContentAs(one.resolve(name));
        }
    }

    /** What a kill leaves: lines of steps after the checkpoint, the last one cut off, and weights of the one before. */
    @ParameterizedTest
    @EnumSource
    void aRunThatWasKilledAndResumedWritesTheSameFilesAsOneThatWasNot(OptimizerKind optimizer) throws Exception {
        var plan = new TrainingPlan(12, 3, 10, 1e-2, 2, 0.1, 0.1, 1, optimizer, 0.1, 0.1, 4, 7);
        var whole = folder.resolve("whole");
        var broken = folder.resolve("broken");
        try (var run = TinyRun.start(folder, TinyRun.LLAMA, TEXT, plan, whole)) {
            run.train(new TinyRun());
        }
        try (var run = TinyRun.start(folder, TinyRun.LLAMA, TEXT, plan, broken)) {
            var older = Files.readAllBytes(broken.resolve("model.safetensors"));
            assertThatThrownBy(() -> run.train(new Killed(10))).hasMessage("killed");
            Files.write(broken.resolve("model.safetensors"), older);
        }
        var log = broken.resolve("loss.jsonl");
        Files.writeString(log, Files.readString(log) + "{\"step\":11,\"loss\":3.");

        var seen = new TinyRun();
        try (var run = TinyRun.resume(folder, TinyRun.LLAMA, TEXT, plan, 1, broken)) {
            assertThat(run.step()).isEqualTo(8);
            run.train(seen);
        }

        assertThat(seen.steps).hasSize(4);
        same(whole, broken);
    }

    /** The last weights are written after the last state: a stop between the two must not leave older ones. */
    @Test
    void aRunThatWasKilledBeforeItsLastWeightsWritesThemWhenItIsResumed() throws Exception {
        var plan = plan(8, OptimizerKind.ADAMW, 1e-2);
        var whole = folder.resolve("whole");
        var broken = folder.resolve("broken");
        for (var out : List.of(whole, broken)) {
            try (var run = TinyRun.start(folder, TinyRun.LLAMA, TEXT, plan, out)) {
                var first = Files.readAllBytes(out.resolve("model.safetensors"));
                run.train(new TinyRun());
                if (out.equals(broken)) {
                    Files.write(out.resolve("model.safetensors"), first);
                }
            }
        }
        var seen = new TinyRun();
        try (var run = TinyRun.resume(folder, TinyRun.LLAMA, TEXT, plan, 1, broken)) {
            run.train(seen);
        }
        assertThat(seen.steps).isEmpty();
        same(whole, broken);
    }

    @Test
    void whatADamagedLogLostIsLeftOut() throws Exception {
        var out = folder.resolve("out");
        var plan = plan(8, OptimizerKind.ADAMW, 1e-2);
        try (var run = TinyRun.start(folder, TinyRun.LLAMA, TEXT, plan, out)) {
            run.train(new TinyRun());
        }
        var log = out.resolve("loss.jsonl");
        byte[] bytes = Files.readAllBytes(log);
        bytes[2] = (byte) 0xff;
        Files.write(log, bytes);
        var before = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
                .lines()
                .toList();
        try (var run = TinyRun.resume(folder, TinyRun.LLAMA, TEXT, plan, 1, out)) {
            run.train(new TinyRun());
        }
        assertThat(Files.readAllLines(log)).isEqualTo(before.subList(1, before.size()));
    }

    /** Stops a run in the middle of an interval. */
    private record Killed(int at) implements TrainingListener {
        @Override
        public void stepped(StepReport report) {
            if (report.step() == at) {
                throw new IllegalStateException("killed");
            }
        }

        @Override
        public void validated(ValidationReport report) {}

        @Override
        public void saved(int step) {}
    }

    @Test
    void theEngineSaysOfTheCheckpointWhatTheTrainingPassSays() {
        var out = folder.resolve("out");
        try (var run = TinyRun.start(folder, TinyRun.LLAMA, TEXT, plan(60, OptimizerKind.ADAMW, 1e-2), out)) {
            run.train(new TinyRun());
        }

        try (var engine = Engine.open(out, EngineOptions.defaults().withKvType(KvType.F32));
                var open = OpenCheckpoint.open(out)) {
            var ids = engine.tokenizer().encode("jumps over naïve");
            var request = Request.of(ids).withMaxTokens(3).withPromptLogprobs(true);
            int[] answer;
            List<TokenLogprobs> said;
            try (var session = engine.submit(request.withLogprobs(1))) {
                session.text();
                answer = session.tokens();
                said = session.promptLogprobs();
            }
            var spec = open.checkpoint().description().spec();
            try (var parameters = Parameters.copyOf(spec, open.checkpoint().weights());
                    var pass = new TrainingPass(
                            spec, parameters, Backend.best().open(new Backend.Options(2)), 1, ids.length + 3)) {
                var targets = Arrays.copyOfRange(ids, 1, ids.length + 1);
                targets[ids.length - 1] = TrainingPass.IGNORED;
                var losses = pass.losses(new int[][] {ids}, new int[][] {targets})[0];
                for (int i = 0; i + 1 < ids.length; i++) {
                    double logprob = said.get(said.size() - ids.length + 1 + i).logprob();
                    assertThat(losses[i]).isCloseTo((float) -logprob, within(1e-4f));
                }
                for (int i = 0; i < 3; i++) {
                    int at = ids.length + i;
                    var before = Arrays.copyOf(ids, at);
                    System.arraycopy(answer, 0, before, ids.length, i);
                    assertThat(answer[i]).isEqualTo(likeliest(pass, before, spec.vocabSize()));
                }
            }
        }
    }

    /** By the smallest loss of all possible targets. */
    private static int likeliest(TrainingPass pass, int[] before, int vocabulary) {
        int best = 0;
        float least = Float.POSITIVE_INFINITY;
        for (int id = 0; id < vocabulary; id++) {
            var targets = new int[before.length];
            Arrays.fill(targets, TrainingPass.IGNORED);
            targets[before.length - 1] = id;
            float loss = pass.losses(new int[][] {before}, new int[][] {targets})[0][before.length - 1];
            if (loss < least) {
                least = loss;
                best = id;
            }
        }
        return best;
    }

    @Test
    void bytesAreTokensOfAnyTextAndBack() {
        var out = folder.resolve("out");
        TinyRun.start(folder, TinyRun.LLAMA, TEXT, TinyRun.PLAN, out).close();

        try (var tokenizer = Tokenizer.read(out)) {
            assertThat(tokenizer.encode("naïve\n")).containsExactly('n', 'a', 0xC3, 0xAF, 'v', 'e', '\n');
            assertThat(tokenizer.decode(new int[] {'n', 'a', 0xC3, 0xAF, 'v', 'e', 256}))
                    .isEqualTo("naïve");
            assertThat(tokenizer.endOfSequence()).hasValue(256);
            var every = new int[256];
            Arrays.setAll(every, id -> id);
            for (int id : every) {
                assertThat(tokenizer.bytesOf(id)).containsExactly((byte) id);
            }
        }
    }
}
