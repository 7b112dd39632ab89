package orrery.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import orrery.format.SafetensorsWriter;
import orrery.tensor.DType;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/**
 * Makes a checkpoint of random weights in BF16 with many experts: Qwen 3's sparse architecture, about 3.8 GB, of which
 * a token needs 8 %. As in trained models, experts are not used equally: the rows of a router decrease in length.
 */
final class SparseCheckpoint {
    private static final int LAYERS = 12;
    private static final int HIDDEN = 1024;
    private static final int INNER = 768;
    private static final int EXPERTS = 64;
    private static final int ACTIVE = 4;
    private static final int HEADS = 16;
    private static final int HEAD_SIZE = 64;
    private static final int KEY_VALUE_HEADS = 4;
    private static final String CONFIG = """
            {"model_type": "qwen3_moe", "vocab_size": %d, "hidden_size": %d, "intermediate_size": %d,
             "moe_intermediate_size": %d, "num_experts": %d, "num_experts_per_tok": %d, "norm_topk_prob": true,
             "decoder_sparse_step": 1, "mlp_only_layers": [], "num_hidden_layers": %d, "num_attention_heads": %d,
             "num_key_value_heads": %d, "head_dim": %d, "hidden_act": "silu", "rms_norm_eps": 1e-06,
             "rope_theta": 1000000.0, "max_position_embeddings": 40960, "tie_word_embeddings": false,
             "architectures": ["Qwen3MoeForCausalLM"], "torch_dtype": "bfloat16"}
            """;

    private final Map<String, Tensor> tensors = new TreeMap<>();
    private final Random random = new Random(1);
    private final Arena arena;
    private final MemorySegment noise;

    private SparseCheckpoint(Arena arena) {
        this.arena = arena;
        // Every matrix is a different part of one piece of noise: its content does not matter, its place does.
        noise = arena.allocate(64L << 20);
        for (long i = 0; i < noise.byteSize() / Short.BYTES; i++) {
            noise.setAtIndex(ValueLayout.JAVA_SHORT, i, brain(random.nextGaussian() / Math.sqrt(HIDDEN)));
        }
    }

    private static short brain(double value) {
        return (short) (Float.floatToRawIntBits((float) value) >>> 16);
    }

    /** Writes it, with the tokenizer of another model. */
    static void write(Path folder, Path tokenizerOf, int vocabSize) throws IOException {
        Files.createDirectories(folder);
        for (var name : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
            Files.copy(tokenizerOf.resolve(name), folder.resolve(name));
        }
        Files.writeString(
                folder.resolve("config.json"),
                CONFIG.formatted(
                        vocabSize, HIDDEN, INNER, INNER, EXPERTS, ACTIVE, LAYERS, HEADS, KEY_VALUE_HEADS, HEAD_SIZE));
        try (var arena = Arena.ofConfined()) {
            var checkpoint = new SparseCheckpoint(arena);
            checkpoint.fill(vocabSize);
            SafetensorsWriter.write(folder.resolve("model.safetensors"), checkpoint.tensors);
        }
    }

    private void fill(int vocabSize) {
        noise("model.embed_tokens.weight", vocabSize, HIDDEN);
        noise("lm_head.weight", vocabSize, HIDDEN);
        ones("model.norm.weight", HIDDEN);
        for (int layer = 0; layer < LAYERS; layer++) {
            String path = "model.layers." + layer + ".";
            ones(path + "input_layernorm.weight", HIDDEN);
            ones(path + "post_attention_layernorm.weight", HIDDEN);
            ones(path + "self_attn.q_norm.weight", HEAD_SIZE);
            ones(path + "self_attn.k_norm.weight", HEAD_SIZE);
            noise(path + "self_attn.q_proj.weight", HEADS * HEAD_SIZE, HIDDEN);
            noise(path + "self_attn.k_proj.weight", KEY_VALUE_HEADS * HEAD_SIZE, HIDDEN);
            noise(path + "self_attn.v_proj.weight", KEY_VALUE_HEADS * HEAD_SIZE, HIDDEN);
            noise(path + "self_attn.o_proj.weight", HIDDEN, HEADS * HEAD_SIZE);
            router(path + "mlp.gate.weight");
            for (int expert = 0; expert < EXPERTS; expert++) {
                String own = path + "mlp.experts." + expert + ".";
                noise(own + "gate_proj.weight", INNER, HIDDEN);
                noise(own + "up_proj.weight", INNER, HIDDEN);
                noise(own + "down_proj.weight", HIDDEN, INNER);
            }
        }
    }

    private void noise(String name, long rows, long columns) {
        long bytes = rows * columns * Short.BYTES;
        long from = random.nextLong((noise.byteSize() - bytes) / Tensor.ALIGNMENT) * Tensor.ALIGNMENT;
        tensors.put(name, new Tensor(DType.BF16, Shape.of(rows, columns), noise.asSlice(from, bytes)));
    }

    private void ones(String name, long count) {
        var tensor = Tensor.zeros(arena, DType.BF16, count);
        for (long i = 0; i < count; i++) {
            tensor.data().setAtIndex(ValueLayout.JAVA_SHORT, i, brain(1));
        }
        tensors.put(name, tensor);
    }

    private void router(String name) {
        var tensor = Tensor.zeros(arena, DType.BF16, EXPERTS, HIDDEN);
        for (int expert = 0; expert < EXPERTS; expert++) {
            double length = 1 / Math.sqrt(1 + expert / 8.0);
            for (int i = 0; i < HIDDEN; i++) {
                tensor.data()
                        .setAtIndex(
                                ValueLayout.JAVA_SHORT,
                                (long) expert * HIDDEN + i,
                                brain(random.nextGaussian() * length));
            }
        }
        tensors.put(name, tensor);
    }
}
