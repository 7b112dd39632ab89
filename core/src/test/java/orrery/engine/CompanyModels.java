package orrery.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import orrery.catalog.Catalog;
import orrery.quant.RowEncoder;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** Models with random weights, small, but wide enough to use the same code paths as large ones. */
enum CompanyModels {
    /** Grouped-query attention and a feed-forward network. */
    DENSE(dense(64)),

    /**
     * Latent attention and experts. Heads are so large compared with the latents that absorbing is cheaper for any
     * number of rows.
     */
    ABSORBING(latent(256, 384, 32)),

    /** The same with smaller heads: a prompt is expanded, and a token after it is absorbed. */
    EXPANDING(latent(64, 128, 32)),

    /** {@link #DENSE} with heads whose size is not a multiple of a cache block. */
    DENSE_SHORT_BLOCKS(dense(72)),

    /** {@link #ABSORBING} with such latents. */
    ABSORBING_SHORT_BLOCKS(latent(256, 384, 36));

    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String config;

    CompanyModels(String config) {
        this.config = config;
    }

    private static String dense(int headSize) {
        return """
            {"model_type": "llama", "vocab_size": 320, "hidden_size": 512, "intermediate_size": 1024,
             "num_hidden_layers": 2, "num_attention_heads": 8, "num_key_value_heads": 2, "head_dim": %d,
             "max_position_embeddings": 512, "rms_norm_eps": 1e-6, "rope_theta": 10000.0,
             "tie_word_embeddings": false}""".formatted(headSize);
    }

    private static String latent(int nopeSize, int valueSize, int rotarySize) {
        return """
            {"model_type": "deepseek_v3", "vocab_size": 320, "hidden_size": 512, "intermediate_size": 768,
             "moe_intermediate_size": 256, "n_shared_experts": 1, "n_routed_experts": 6, "num_experts_per_tok": 2,
             "first_k_dense_replace": 1, "moe_layer_freq": 1, "norm_topk_prob": true, "routed_scaling_factor": 1.5,
             "scoring_func": "sigmoid", "topk_method": "noaux_tc", "n_group": 1, "topk_group": 1,
             "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 2, "q_lora_rank": 256,
             "kv_lora_rank": 256, "qk_nope_head_dim": %d, "qk_rope_head_dim": %d, "v_head_dim": %d,
             "hidden_act": "silu", "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "max_position_embeddings": 512,
             "tie_word_embeddings": false}""".formatted(nopeSize, rotarySize, valueSize);
    }

    /** The spec of its config, which is written into a new folder within {@code parent}. */
    ArchitectureSpec spec(Path parent) {
        try {
            var folder = Files.createDirectories(parent.resolve(name()));
            Files.writeString(folder.resolve("config.json"), config);
            return Catalog.describe(folder.toString()).spec();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Weights whose matrices are stored in {@code dtype}. Routers, norms and biases are F32, as {@code quantize} keeps
     * them.
     */
    static Map<String, List<Matrix>> weights(Arena arena, ArchitectureSpec spec, DType dtype) {
        var random = new SplittableRandom(11);
        var weights = new LinkedHashMap<String, List<Matrix>>();
        spec.weights().forEach((path, weight) -> {
            var copies = new ArrayList<Matrix>();
            for (int i = 0; i < weight.copies(); i++) {
                copies.add(matrix(arena, random, path, weight, dtype));
            }
            weights.put(path, copies);
        });
        return weights;
    }

    /** Random blocks of Q2_K, which cannot be written from floats, with values around zero. */
    private static void twoBits(SplittableRandom random, MemorySegment blocks, double size) {
        for (long block = 0; block < blocks.byteSize(); block += DType.Q2_K.blockBytes()) {
            for (int i = 0; i < 80; i++) {
                // The same four bits for a scale and its minimum.
                int bits = i < 16 ? 17 * random.nextInt(16) : random.nextInt();
                blocks.set(ValueLayout.JAVA_BYTE, block + i, (byte) bits);
            }
            blocks.set(HALF, block + 80, Float.floatToFloat16((float) (size / 15)));
            blocks.set(HALF, block + 82, Float.floatToFloat16((float) (1.5 * size / 15)));
        }
    }

    private static Matrix matrix(Arena arena, SplittableRandom random, String path, WeightSpec weight, DType dtype) {
        boolean vector = weight.dimensions().size() == 1;
        int rows = vector ? 1 : weight.dimensions().getFirst();
        int columns = weight.dimensions().getLast();
        // Outputs are about as large as inputs, and logits five times as large.
        double size = Math.sqrt(3.0 / columns) * (path.contains("head") ? 5 : 1);
        var values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (vector ? random.nextDouble(0.8, 1.2) : random.nextDouble(-size, size));
        }
        var stored = vector || path.contains("router") ? DType.F32 : dtype;
        var data = Tensor.zeros(arena, stored, rows, columns).data();
        if (stored == DType.Q2_K) {
            twoBits(random, data, size);
        } else {
            RowEncoder.encode(stored, values, 0, values.length, data, 0);
        }
        return new Matrix(stored, rows, columns, Matrix.Layout.OUT_IN, columns, data);
    }
}
