package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Opens a checkpoint of 2.5 GB (a file of holes) as a user does, and watches how much memory beyond the mapped file it
 * takes.
 */
@EnabledOnOs(OS.LINUX)
final class LargeModelMemoryTest {
    private static final long LIMIT_KIB = 300 * 1024;
    private static final int LAYERS = 16;
    private static final int HIDDEN = 2048;
    private static final int INNER = 8192;
    private static final int VOCABULARY = 128_256;

    /** 1.24 billion parameters. */
    private static final String LLAMA = """
            {"model_type": "llama", "hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d,
             "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 64, "vocab_size": %d,
             "rms_norm_eps": 1e-5, "rope_theta": 500000.0, "max_position_embeddings": 131072,
             "tie_word_embeddings": true, "hidden_act": "silu", "eos_token_id": 1}
            """.formatted(HIDDEN, INNER, LAYERS, VOCABULARY);

    private static final String GEMMA_3N = """
            {"model_type": "gemma3n", "text_config": {"model_type": "gemma3n_text", "hidden_size": 64,
             "intermediate_size": 96, "num_hidden_layers": 6, "num_attention_heads": 2, "num_key_value_heads": 1,
             "head_dim": 16, "vocab_size": 262400, "vocab_size_per_layer_input": 262144,
             "hidden_size_per_layer_input": 256, "laurel_rank": 8, "num_kv_shared_layers": 1, "sliding_window": 512,
             "activation_sparsity_pattern": [0.95, 0.95, 0, 0, 0, 0], "eos_token_id": 1}}
            """;

    @TempDir
    private Path folder;

    @Test
    void takesLessThanThreeHundredMegabytesBesideTheMappedFile() throws Exception {
        copyTokenizer();
        Files.writeString(folder.resolve("config.json"), LLAMA);
        assertThat(writeTensors(llama())).isGreaterThan(2_400_000_000L);
        // The KV cache of eight tokens is far below a slab of 8 MiB.
        assertThat(run().anonymous).as("KiB of anonymous memory").isBetween(20_000L, LIMIT_KIB + 8 * 1024);
    }

    /** The most that a process took, in KiB. */
    private record Resident(long anonymous, long file) {}

    /** Three tokens of an answer, as the launcher would start them. */
    private Resident run() throws Exception {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(launcherFlags());
        command.addAll(List.of("-cp", StartTest.everything(), "orrery.app.Start"));
        command.addAll(List.of("run", "--raw", "--model", folder.toString(), "-n", "3", "--temperature", "0", "Hello"));
        var process = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("output").toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        long anonymous = 0;
        long file = 0;
        while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
            anonymous = Math.max(anonymous, kib(process.pid(), "RssAnon:"));
            file = Math.max(file, kib(process.pid(), "RssFile:"));
        }
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("errors")))
                .isZero();
        assertThat(Files.readString(folder.resolve("errors"))).contains("answer 3 tokens");
        return new Resident(anonymous, file);
    }

    @Test
    void perLayerEmbeddingsStayInTheFile() throws Exception {
        copyTokenizer();
        Files.writeString(folder.resolve("config.json"), GEMMA_3N);
        long bytes = writeTensors(gemma3n());
        long table = 2L * 262_144 * 6 * 256;
        assertThat(bytes).isGreaterThan(table);
        var memory = run();
        // What is not the table is read through and through; of the table, one row of 3 KiB a token.
        assertThat(memory.file).as("KiB of mapped file").isBetween(10_000L, (bytes - table) / 1024 + 150_000);
        assertThat(memory.file).isLessThan(table / 1024 / 2);
    }

    /** What the launcher gives every JVM; its script is read, not repeated. */
    private static List<String> launcherFlags() throws Exception {
        var process =
                new ProcessBuilder("sh", "-c", "root=..; . ../launch/build.sh; printf %s \"$java_flags\"").start();
        String flags = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return List.of(flags.trim().split("\\s+"));
    }

    private static long kib(long pid, String field) {
        try {
            for (var line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith(field)) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            return 0;
        } catch (IOException e) {
            return 0; // the process has just ended
        }
    }

    private void copyTokenizer() throws IOException {
        for (var file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(Cli.DEMO.resolve(file), folder.resolve(file));
        }
    }

    /** A file of BF16 zeros, all holes. */
    private long writeTensors(Map<String, List<Integer>> tensors) throws IOException {
        var header = new StringBuilder("{");
        long offset = 0;
        for (var tensor : tensors.entrySet()) {
            long size = 2L
                    * tensor.getValue().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
            header.append(header.length() == 1 ? "" : ",")
                    .append("\"%s\":{\"dtype\":\"BF16\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                            .formatted(tensor.getKey(), tensor.getValue(), offset, offset + size));
            offset += size;
        }
        header.append('}');
        byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
        try (var file = new RandomAccessFile(folder.resolve("model.safetensors").toFile(), "rw")) {
            file.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(text.length)
                    .array());
            file.write(text);
            file.setLength(8 + text.length + offset);
        }
        return offset;
    }

    private static Map<String, List<Integer>> llama() {
        var tensors = new LinkedHashMap<String, List<Integer>>();
        tensors.put("model.embed_tokens.weight", List.of(VOCABULARY, HIDDEN));
        for (int i = 0; i < LAYERS; i++) {
            String layer = "model.layers." + i + ".";
            tensors.put(layer + "input_layernorm.weight", List.of(HIDDEN));
            tensors.put(layer + "post_attention_layernorm.weight", List.of(HIDDEN));
            tensors.put(layer + "self_attn.q_proj.weight", List.of(HIDDEN, HIDDEN));
            tensors.put(layer + "self_attn.k_proj.weight", List.of(512, HIDDEN));
            tensors.put(layer + "self_attn.v_proj.weight", List.of(512, HIDDEN));
            tensors.put(layer + "self_attn.o_proj.weight", List.of(HIDDEN, HIDDEN));
            tensors.put(layer + "mlp.gate_proj.weight", List.of(INNER, HIDDEN));
            tensors.put(layer + "mlp.up_proj.weight", List.of(INNER, HIDDEN));
            tensors.put(layer + "mlp.down_proj.weight", List.of(HIDDEN, INNER));
        }
        tensors.put("model.norm.weight", List.of(HIDDEN));
        return tensors;
    }

    /** Six layers of Gemma 3n, narrow, with the per-layer table of the release's vocabulary. */
    private static Map<String, List<Integer>> gemma3n() {
        var tensors = new LinkedHashMap<String, List<Integer>>();
        int hidden = 64;
        tensors.put("model.language_model.embed_tokens.weight", List.of(262_400, hidden));
        tensors.put("model.language_model.embed_tokens_per_layer.weight", List.of(262_144, 6 * 256));
        tensors.put("model.language_model.per_layer_model_projection.weight", List.of(6 * 256, hidden));
        tensors.put("model.language_model.per_layer_projection_norm.weight", List.of(256));
        tensors.put("model.language_model.norm.weight", List.of(hidden));
        for (int i = 0; i < 3; i++) {
            tensors.put("model.language_model.altup_projections." + i + ".weight", List.of(hidden, hidden));
            tensors.put("model.language_model.altup_unembed_projections." + i + ".weight", List.of(hidden, hidden));
        }
        var layer = new LinkedHashMap<String, List<Integer>>();
        for (var norm : List.of(
                "input_layernorm.weight",
                "post_attention_layernorm.weight",
                "pre_feedforward_layernorm.weight",
                "post_feedforward_layernorm.weight",
                "post_per_layer_input_norm.weight",
                "altup.router_norm.weight",
                "altup.correct_output_scale",
                "laurel.post_laurel_norm.weight")) {
            layer.put(norm, List.of(hidden));
        }
        layer.put("altup.correction_coefs.weight", List.of(4, 4));
        layer.put("altup.prediction_coefs.weight", List.of(16, 4));
        layer.put("altup.modality_router.weight", List.of(4, hidden));
        layer.put("laurel.linear_left.weight", List.of(8, hidden));
        layer.put("laurel.linear_right.weight", List.of(hidden, 8));
        layer.put("per_layer_input_gate.weight", List.of(256, hidden));
        layer.put("per_layer_projection.weight", List.of(hidden, 256));
        layer.put("self_attn.q_proj.weight", List.of(32, hidden));
        layer.put("self_attn.k_proj.weight", List.of(16, hidden));
        layer.put("self_attn.v_proj.weight", List.of(16, hidden));
        layer.put("self_attn.o_proj.weight", List.of(hidden, 32));
        layer.put("self_attn.q_norm.weight", List.of(16));
        layer.put("self_attn.k_norm.weight", List.of(16));
        layer.put("mlp.gate_proj.weight", List.of(96, hidden));
        layer.put("mlp.up_proj.weight", List.of(96, hidden));
        layer.put("mlp.down_proj.weight", List.of(hidden, 96));
        for (int i = 0; i < 6; i++) {
            String prefix = "model.language_model.layers." + i + ".";
            layer.forEach((name, shape) -> tensors.put(prefix + name, shape));
        }
        return tensors;
    }
}
