package orrery.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import orrery.token.Tokenizer;

/**
 * Checkpoints that say a script, whatever they are asked: GPT-2 with layers of zeros, so that a token's position alone
 * says which comes next.
 */
final class ScriptedModel {
    private static final Path FAMILIES = Path.of("..", "core", "src", "test", "resources", "families");
    private static final int POSITIONS = 4096;
    private static final int WIDTH = 64;

    private ScriptedModel() {}

    /**
     * Writes a checkpoint, and says how many tokens the script has.
     *
     * @param folder an empty one
     * @param family a folder of small families
     * @param script with control tokens as they are spelled; its last token comes again and again
     * @param promptTokens how long the prompt is that it follows
     */
    static int write(Path folder, String family, String script, int promptTokens) {
        var tokenizer = describe(folder, family);
        int[] said = tokenizer.encodePrompt(script);
        weights(folder, tensors(said, promptTokens, tokenizer.vocabularySize()));
        return said.length;
    }

    /** Writes a checkpoint whose weights are random, so that it says whatever it may. */
    static void writeRandom(Path folder, String family, long seed) {
        var tokenizer = describe(folder, family);
        var tensors = tensors(new int[] {0}, 0, tokenizer.vocabularySize());
        var random = new Random(seed);
        tensors.forEach((name, tensor) -> {
            if (!name.contains("ln_")) {
                for (int i = 0; i < tensor.values.length; i++) {
                    tensor.values[i] = (float) random.nextGaussian() / 4;
                }
            }
        });
        weights(folder, tensors);
    }

    private static void weights(Path folder, Map<String, Tensor> tensors) {
        try {
            Files.write(folder.resolve("model.safetensors"), safetensors(tensors));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Tokenizer describe(Path folder, String family) {
        try {
            for (var file : new String[] {
                "tokenizer.json", "tokenizer_config.json", "generation_config.json", "chat_template.jinja"
            }) {
                Files.copy(FAMILIES.resolve(family).resolve(file), folder.resolve(file));
            }
            var tokenizer = Tokenizer.read(folder);
            Files.writeString(folder.resolve("config.json"), """
                    {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "torch_dtype": "float32", "n_layer": 1,
                    "n_head": 1, "activation_function": "gelu_new", "n_embd": %d, "n_inner": %d, "n_positions": %d,
                    "n_ctx": %d, "vocab_size": %d}""".formatted(
                            WIDTH, WIDTH, POSITIONS, POSITIONS, tokenizer.vocabularySize()));
            return tokenizer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Tensor(float[] values, int... shape) {}

    private static Map<String, Tensor> tensors(int[] said, int promptTokens, int vocabulary) {
        var tokens = new float[vocabulary * WIDTH];
        var random = new Random(1);
        for (int token = 0; token < vocabulary; token++) {
            // As many ones as minus ones, so that normalization changes no direction.
            for (int i = 0; i < WIDTH; i++) {
                int other = random.nextInt(i + 1);
                tokens[token * WIDTH + i] = tokens[token * WIDTH + other];
                tokens[token * WIDTH + other] = i % 2 == 0 ? 1 : -1;
            }
        }
        var positions = new float[POSITIONS * WIDTH];
        for (int position = Math.max(0, promptTokens - 1); position < POSITIONS; position++) {
            int next = said[Math.min(position + 1 - promptTokens, said.length - 1)];
            for (int i = 0; i < WIDTH; i++) {
                positions[position * WIDTH + i] = 16 * tokens[next * WIDTH + i];
            }
        }
        var ones = new float[WIDTH];
        java.util.Arrays.fill(ones, 1);
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("transformer.wte.weight", new Tensor(tokens, vocabulary, WIDTH));
        tensors.put("transformer.wpe.weight", new Tensor(positions, POSITIONS, WIDTH));
        tensors.put("transformer.ln_f.weight", new Tensor(ones, WIDTH));
        tensors.put("transformer.ln_f.bias", new Tensor(new float[WIDTH], WIDTH));
        for (String norm : new String[] {"ln_1", "ln_2"}) {
            tensors.put("transformer.h.0." + norm + ".weight", new Tensor(ones, WIDTH));
            tensors.put("transformer.h.0." + norm + ".bias", new Tensor(new float[WIDTH], WIDTH));
        }
        Map.of("attn.c_attn", 3 * WIDTH, "attn.c_proj", WIDTH, "mlp.c_fc", WIDTH, "mlp.c_proj", WIDTH)
                .forEach((name, out) -> {
                    tensors.put("transformer.h.0." + name + ".weight", new Tensor(new float[WIDTH * out], WIDTH, out));
                    tensors.put("transformer.h.0." + name + ".bias", new Tensor(new float[out], out));
                });
        return tensors;
    }

    private static byte[] safetensors(Map<String, Tensor> tensors) {
        var entries = new LinkedHashMap<String, String>();
        int end = 0;
        for (var tensor : tensors.entrySet()) {
            int begin = end;
            end += tensor.getValue().values.length * Float.BYTES;
            entries.put(
                    tensor.getKey(),
                    "{\"dtype\":\"F32\",\"shape\":" + java.util.Arrays.toString(tensor.getValue().shape)
                            + ",\"data_offsets\":[" + begin + "," + end + "]}");
        }
        byte[] header = entries.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(",", "{", "}"))
                .getBytes(UTF_8);
        var file = ByteBuffer.allocate(Long.BYTES + header.length + end).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length).put(header);
        tensors.values().forEach(tensor -> {
            for (float value : tensor.values) {
                file.putFloat(value);
            }
        });
        return file.array();
    }
}
