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

/** Opens a checkpoint of 2.5 GB (a file of holes) as a user does, and watches how much memory beyond the mapped file it takes. */
@EnabledOnOs(OS.LINUX)
final class LargeModelMemoryTest {
    private static final long LIMIT_KIB = 300 * 1024;
    private static final int LAYERS = 16;
    private static final int HIDDEN = 2048;
    private static final int INNER = 8192;
    private static final int VOCABULARY = 128_256;

    @TempDir
    private Path folder;

    @Test
    void takesLessThanThreeHundredMegabytesBesideTheMappedFile() throws Exception {
        long bytes = writeCheckpoint();
        assertThat(bytes).isGreaterThan(2_400_000_000L);
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(launcherFlags());
        command.addAll(List.of("-cp", StartTest.everything(), "orrery.app.Start"));
        command.addAll(List.of("run", "--raw", "--model", folder.toString(), "-n", "3", "--temperature", "0", "Hello"));
        var process = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("output").toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        long most = 0;
        while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
            most = Math.max(most, anonymousKib(process.pid()));
        }
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("errors")))
                .isZero();
        assertThat(Files.readString(folder.resolve("errors"))).contains("answer 3 tokens");
        // The KV cache of eight tokens is far below a slab of 8 MiB.
        assertThat(most).as("KiB of anonymous memory").isBetween(20_000L, LIMIT_KIB + 8 * 1024);
    }

    /** What the launcher gives every JVM; its script is read, not repeated. */
    private static List<String> launcherFlags() throws Exception {
        var process =
                new ProcessBuilder("sh", "-c", "root=..; . ../launch/build.sh; printf %s \"$java_flags\"").start();
        String flags = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return List.of(flags.trim().split("\\s+"));
    }

    private static long anonymousKib(long pid) {
        try {
            for (var line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith("RssAnon:")) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            return 0;
        } catch (IOException e) {
            return 0; // the process has just ended
        }
    }

    /** A Llama of 1.24 billion parameters in BF16, all zero, and the tokenizer of the demo model. */
    private long writeCheckpoint() throws IOException {
        for (var file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(Cli.DEMO.resolve(file), folder.resolve(file));
        }
        Files.writeString(folder.resolve("config.json"), """
                {"model_type": "llama", "hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d,
                 "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 64, "vocab_size": %d,
                 "rms_norm_eps": 1e-5, "rope_theta": 500000.0, "max_position_embeddings": 131072,
                 "tie_word_embeddings": true, "hidden_act": "silu", "eos_token_id": 1}
                """.formatted(HIDDEN, INNER, LAYERS, VOCABULARY));
        var header = new StringBuilder("{");
        long offset = 0;
        for (var tensor : tensors().entrySet()) {
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

    private static Map<String, List<Integer>> tensors() {
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
}
