package orrery.app;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import orrery.catalog.Nearest;

/**
 * Suggestions for unknown names: first by meaning, because other programs (llama.cpp, vLLM, Hugging Face, Ollama) have
 * other names for the same thing, then by spelling, for typing errors.
 */
final class Hints {
    /** Our command, followed by its other names. */
    private static final Map<String, String> COMMANDS = byOtherName("""
            run             generate complete completion infer ask answer prompt text-generation llama-cli
            chat            talk interactive repl conversation converse
            describe        info show inspect card explain summary architecture params parameters
            compare         diff versus vs
            draw            diagram picture svg visualize visualise render
            curves          plot plots curve graph chart predict roofline
            atlas           site gallery website html
            figures         figure charts
            models          list ls model releases catalog catalogue search
            tokens          tokenize tokenise tokenizer encode count
            verify          check test validate parity
            quantize        quantise quant convert export llama-quantize
            compare-logits  kl divergence kl-divergence logits
            perplexity      ppl eval evaluate llama-perplexity
            slice           cut extract matformer
            man             manual manpage man-page
            bench           benchmark speed measure perf llama-bench
            --version       version
            """);

    /** Our option, followed by its other names; a name may mean different options of different commands. */
    private static final List<List<String>> OPTIONS = rows("""
            --temperature         --temp
            --context             --ctx-size --ctx --n-ctx --num-ctx --context-size --context-length --context-window
            --context             --max-model-len --max-seq-len --max-context --max-position-embeddings --depth --n-depth
            --up-to               --ctx-size --context --max-context --context-length --max-model-len
            --max-tokens          --n-predict --predict --max-new-tokens --max-completion-tokens --num-predict --n-tokens
            --max-tokens          --max-length --max-gen-toks --num-tokens --tokens
            --tokens              --n-gen --n-predict --max-tokens --max-new-tokens --output-len --gen --num-tokens
            --prompt              --n-prompt --input-len --prompt-tokens --prompt-length --pp
            --batch               --batch-size --ubatch-size --max-num-seqs --parallel --n-parallel --num-seqs --concurrency
            --repetition-penalty  --repeat-penalty --rep-penalty
            --presence-penalty    --presence
            --frequency-penalty   --frequency
            --seed                --random-seed --rng-seed
            --stop                --stop-sequence --stop-sequences --stop-strings --stop-token --reverse-prompt
            --system              --system-prompt --sys --system-message --instruction --instructions
            --threads             --n-threads --num-threads --thread --cpus --cores --jobs --threads-batch
            --kernels             --device --backend --attention-backend --attn-implementation
            --kv-type             --cache-type --cache-type-k --cache-type-v --kv-cache-dtype --kv-cache-type --kv-dtype
            --kv-type             --cache-dtype --kv-quant
            --type                --dtype --torch-dtype --quant --quantization --quantize --format --ftype --weights
            --repack              --pack --no-repack
            --speculate           --speculative --speculative-config --draft --spec --mtp --num-speculative-tokens
            --model               --model-path --model-id --model-name --hf --hf-repo --path --pretrained --gguf --file
            --shape               --config --architecture --arch
            --memory              --max-memory --gpu-memory-utilization --mem --ram
            --rounds              --repetitions --reps --repeat --runs --iterations --iters --num-iters
            --warm-up             --warmup --num-warmup --warmup-iters
            --quiet               --silent --log-disable --no-display-prompt --simple-io --no-progress
            --stats               --verbose --timings --perf --show-timings
            --raw                 --no-chat --no-conversation --no-cnv --no-chat-template --no-template --completion
            --special             --add-special-tokens --add-special --parse-special
            --out                 --output --output-file --outfile --output-dir --save --to --outdir
            --force               --overwrite --yes --clobber
            --text                --file --input --input-file --dataset --data --corpus
            --window              --ctx-size --context --context-size --n-ctx --chunk-size --stride --max-length --block-size
            --tolerance           --atol --rtol --tol --epsilon --eps
            --markdown            --md --format
            --format              --markdown --md --output-format
            --differences         --diff --diff-only --only-diff --only-differences --changed
            --width               --columns --cols
            --mechanism           --mech --part --component --inside
            --svg                 --out --output --save --plot
            --png                 --image --picture --jpg --jpeg --raster --bitmap
            --html                --snippet --embed --figure
            --theme               --dark --light --dark-mode --color-scheme --colour-scheme
            --what                --metric --quantity --y
            --machine             --gpu --device --hardware --host
            --measured            --bench --measurements --results
            --experts-in-memory   --pin-experts --expert-cache --n-cpu-moe --mlock
            --since               --after --from --newer
            --sort                --order --sort-by --order-by
            --parameters          --params --size --n-params
            --json                --jsonl --as-json
            --version             --ver
            --help                --usage --man
            """);

    private Hints() {}

    /** The command that a word means. */
    static Optional<String> command(String word, Collection<String> known) {
        String wanted = word.toLowerCase(Locale.ROOT).replace('_', '-');
        return Optional.ofNullable(COMMANDS.get(wanted))
                .filter(name -> name.startsWith("--") || known.contains(name))
                .or(() -> nearest(wanted, known));
    }

    /** The option that a name means. */
    static Optional<String> option(String name, Collection<String> known) {
        String wanted = "--" + name.toLowerCase(Locale.ROOT).replace('_', '-').replaceFirst("^-+", "");
        if (known.contains(wanted)) {
            return Optional.of(wanted);
        }
        return OPTIONS.stream()
                .filter(row -> known.contains(row.getFirst()))
                .filter(row -> row.subList(1, row.size()).contains(wanted))
                .map(List::getFirst)
                .findFirst()
                .or(() -> nearest(wanted, known));
    }

    /** The name with the fewest wrong letters, at most one in three; otherwise the two have nothing in common. */
    private static Optional<String> nearest(String name, Collection<String> known) {
        int most = Math.max(1, name.replaceFirst("^-+", "").length() / 3);
        return known.stream()
                .min(Comparator.comparingInt(candidate -> Nearest.distance(name, candidate)))
                .filter(found -> Nearest.distance(name, found) <= most);
    }

    private static Map<String, String> byOtherName(String table) {
        var names = new HashMap<String, String>();
        for (var row : rows(table)) {
            row.subList(1, row.size()).forEach(other -> names.put(other, row.getFirst()));
        }
        return names;
    }

    private static List<List<String>> rows(String table) {
        return table.lines()
                .map(line -> Stream.of(line.strip().split(" +")).toList())
                .toList();
    }
}
