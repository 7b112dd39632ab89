package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.app.verify.FedSequence;
import orrery.catalog.Catalog;
import orrery.format.ModelFile;
import orrery.kernel.Backend;
import orrery.kernel.KvCache;
import orrery.kernel.Step;
import orrery.model.Decoder;
import orrery.model.Weights;
import orrery.token.Tokenizer;

final class PerplexityCommandTest {
    private static final String TEXT = "Once there was a man who lived in the wood with his three sons. ".repeat(3)
            + "DeepSeek V3 uses multi-head latent attention (MLA) with 128 heads and a latent of 512 values.";

    @TempDir
    private Path folder;

    private Path text(String text) throws Exception {
        return Files.writeString(folder.resolve("text.txt"), text);
    }

    @Test
    void saysWhatTheModelSaysTokenByToken() throws Exception {
        var json = Cli.run("perplexity", "--model", Cli.DEMO, "--text", text(TEXT), "--kv-type", "f32", "--json")
                .json();

        double expected = tokenByToken();
        assertThat(json.get("nats_per_token").asDouble()).isCloseTo(expected, within(1e-5));
        assertThat(json.get("perplexity").asDouble()).isCloseTo(Math.exp(expected), within(1e-3));
        assertThat(json.get("scored_tokens").asInt())
                .isEqualTo(json.get("tokens").asInt())
                .isGreaterThan(64);
        assertThat(json.get("windows").asInt()).isEqualTo(1);
        assertThat(json.get("standard_error").asDouble()).isPositive();
    }

    @Test
    void windowsThatDoNotOverlapAreTextsOfTheirOwn() throws Exception {
        var json = Cli.run(
                        "perplexity",
                        "-m",
                        Cli.DEMO,
                        "-t",
                        text(TEXT),
                        "--window",
                        "24",
                        "--stride",
                        "23",
                        "--kv-type",
                        "f32",
                        "--json")
                .json();

        int[] ids = ids();
        double nats = 0;
        for (int from = 1; from < ids.length; from += 23) {
            int[] piece = Arrays.copyOfRange(ids, from - 1, Math.min(from + 23, ids.length));
            piece[0] = ids[0];
            nats += nats(piece);
        }
        assertThat(json.get("nats_per_token").asDouble()).isCloseTo(nats / (ids.length - 1), within(1e-5));
    }

    private static double tokenByToken() {
        int[] ids = ids();
        return nats(ids) / (ids.length - 1);
    }

    private static int[] ids() {
        try (var tokenizer = Tokenizer.read(Cli.DEMO)) {
            return tokenizer.encodeWithSpecialTokens(TEXT);
        }
    }

    /** Through the decoder alone, a step of one row for each token, on the reference kernels: the sum of -ln p. */
    private static double nats(int... ids) {
        double nats = 0;
        try (var file = ModelFile.open(Cli.DEMO);
                var kernels = Backend.named("scalar").open(new Backend.Options(2))) {
            var checkpoint = Catalog.open(file);
            var spec = checkpoint.description().spec();
            var decoder = new Decoder(spec, new Weights(spec, checkpoint.weights()), kernels, 1, 1);
            var step = new Step(1);
            var row = new float[spec.vocabSize()];
            try (var cache = new KvCache(spec.caches(), KvCache.DEFAULT_PAGE_SIZE, 64);
                    var sequence = new FedSequence(cache, 0)) {
                for (int i = 0; i + 1 < ids.length; i++) {
                    sequence.fill(step, ids[i]);
                    decoder.kernels().read(row, decoder.forward(step, cache), 0);
                    double sum = 0;
                    for (float logit : row) {
                        sum += Math.exp(logit);
                    }
                    nats += Math.log(sum) - row[ids[i + 1]];
                }
            }
        }
        return nats;
    }

    @Test
    void readsStandardInputAndPrintsSentences() {
        var run = Cli.reading(TEXT).start("perplexity", "-m", Cli.DEMO, "-t", "-", "--window", "32");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .matches(
                        "(?s)perplexity [0-9.]+ \\+- [0-9.]+ \\([0-9.]+ nats per token\\)\\Rover .* tokens of .*, in .* windows\\R");
    }

    @Test
    void aTextThatIsShorterThanItsWindowIsOneWindow() throws Exception {
        var whole = Cli.run("perplexity", "-m", Cli.DEMO, "-t", text(TEXT), "--json")
                .json();
        for (var stride : List.of("7", "1999")) {
            var run = Cli.run(
                    "perplexity", "-m", Cli.DEMO, "-t", text(TEXT), "--window", "2000", "--stride", stride, "--json");
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.json().get("windows").asInt()).isEqualTo(1);
            assertThat(run.json().get("perplexity")).isEqualTo(whole.get("perplexity"));
        }
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        var missing = folder.resolve("missing.txt");
        failsWith("there is no file " + missing, "--text", missing);
        failsWith(folder + " is a directory, expected a text", "--text", folder);
        var binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});
        failsWith(binary + " is not UTF-8 text", "--text", binary);
        failsWith(
                "the text has 0 tokens, expected 1 or more to have something to score",
                "--text",
                Files.writeString(folder.resolve("empty"), ""));
        failsWith(
                "a window of 3000 tokens, but the model attends over at most 2048",
                "--text",
                text(TEXT),
                "--window",
                "3000");
        failsWith("a window of 1 tokens, expected 2 or more", "--text", text(TEXT), "--window", "1");
        failsWith("a stride of 30 with windows of 30 tokens", "--text", text(TEXT), "--window", "30", "--stride", "30");
        failsWith("there is no backend \"quick\"", "--text", text(TEXT), "--kernels", "quick");
        assertThat(Cli.run("perplexity", "--model", Cli.DEMO).status()).isEqualTo(2);
    }

    private static void failsWith(String message, Object... arguments) {
        var all = new java.util.ArrayList<Object>(java.util.List.of("perplexity", "--model", Cli.DEMO));
        all.addAll(java.util.List.of(arguments));
        var run = Cli.run(all.toArray());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("orrery: ").contains(message).hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }
}
