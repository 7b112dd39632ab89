package orrery.app;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import orrery.format.SafetensorsWriter;
import orrery.tensor.DType;
import orrery.tensor.Tensor;
import orrery.token.Tokenizer;

/**
 * Checkpoints that say a script when they are asked a question: GPT-2 with layers of zeros, so that a token's position
 * alone says which comes next.
 */
final class ScriptedCheckpoint {
    static final String QUESTION = "How is Paris?";
    private static final Path FAMILIES = Path.of("..", "core", "src", "test", "resources", "families");
    private static final int POSITIONS = 1024;
    private static final int WIDTH = 64;

    private ScriptedCheckpoint() {}

    /**
     * Writes a checkpoint into an empty folder.
     *
     * @param family a folder of small families
     * @param script with control tokens as they are spelled; its last token comes again and again
     */
    static void write(Path folder, String family, String script) throws IOException {
        for (var file :
                List.of("tokenizer.json", "tokenizer_config.json", "generation_config.json", "chat_template.jinja")) {
            Files.copy(FAMILIES.resolve(family).resolve(file), folder.resolve(file));
        }
        var tokenizer = Tokenizer.read(folder);
        int vocabulary = tokenizer.vocabularySize();
        Files.writeString(folder.resolve("config.json"), """
                {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "torch_dtype": "float32", "n_layer": 1,
                "n_head": 1, "activation_function": "gelu_new", "n_embd": %d, "n_inner": %d, "n_positions": %d,
                "n_ctx": %d, "vocab_size": %d}""".formatted(WIDTH, WIDTH, POSITIONS, POSITIONS, vocabulary));
        int[] said = tokenizer.encodePrompt(script);
        writeWeights(folder, said, 1, vocabulary);
        var asked = Cli.run("run", "--model", folder, "--json", "-n", 1, QUESTION);
        writeWeights(folder, said, asked.json().at("/usage/prompt_tokens").intValue(), vocabulary);
    }

    private static void writeWeights(Path folder, int[] said, int promptTokens, int vocabulary) {
        try (var arena = Arena.ofConfined()) {
            var tensors = new LinkedHashMap<String, Tensor>();
            var tokens = Tensor.zeros(arena, DType.F32, vocabulary, WIDTH);
            var positions = Tensor.zeros(arena, DType.F32, POSITIONS, WIDTH);
            var rows = balanced(vocabulary);
            for (int token = 0; token < vocabulary; token++) {
                fill(tokens, token, rows[token], 1);
            }
            for (int position = promptTokens - 1; position < POSITIONS; position++) {
                int next = said[Math.min(position + 1 - promptTokens, said.length - 1)];
                fill(positions, position, rows[next], 16);
            }
            tensors.put("transformer.wte.weight", tokens);
            tensors.put("transformer.wpe.weight", positions);
            Map.of("attn.c_attn", 3 * WIDTH, "attn.c_proj", WIDTH, "mlp.c_fc", WIDTH, "mlp.c_proj", WIDTH)
                    .forEach((name, out) -> {
                        var prefix = "transformer.h.0." + name;
                        tensors.put(prefix + ".weight", Tensor.zeros(arena, DType.F32, WIDTH, out));
                        tensors.put(prefix + ".bias", Tensor.zeros(arena, DType.F32, out));
                    });
            for (var norm : List.of("h.0.ln_1", "h.0.ln_2", "ln_f")) {
                tensors.put("transformer." + norm + ".bias", Tensor.zeros(arena, DType.F32, WIDTH));
                var weight = Tensor.zeros(arena, DType.F32, WIDTH);
                for (int i = 0; i < WIDTH; i++) {
                    weight.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, 1);
                }
                tensors.put("transformer." + norm + ".weight", weight);
            }
            SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors);
        }
    }

    private static void fill(Tensor tensor, int row, float[] values, float scale) {
        for (int i = 0; i < WIDTH; i++) {
            tensor.data().setAtIndex(ValueLayout.JAVA_FLOAT, (long) row * WIDTH + i, scale * values[i]);
        }
    }

    /** Rows with as many ones as minus ones, so that normalization changes no direction. */
    private static float[][] balanced(int count) {
        var rows = new float[count][WIDTH];
        var random = new Random(1);
        for (var row : rows) {
            for (int i = 0; i < WIDTH; i++) {
                int other = random.nextInt(i + 1);
                row[i] = row[other];
                row[other] = i % 2 == 0 ? 1 : -1;
            }
        }
        return rows;
    }
}
