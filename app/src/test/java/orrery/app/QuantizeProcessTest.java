package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code quantize} as a process of its own: with less memory than the model takes, on a disk that is too small, and
 * when it is told to end.
 */
@EnabledOnOs(OS.LINUX)
final class QuantizeProcessTest {
    /** One layer and a released vocabulary: 320 million parameters, a file of holes. */
    private static final String CONFIG = """
            {"model_type": "llama", "hidden_size": 2048, "intermediate_size": 8192, "num_hidden_layers": 1,
             "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 64, "vocab_size": 128256,
             "rms_norm_eps": 1e-5, "rope_theta": 500000.0, "max_position_embeddings": 131072,
             "tie_word_embeddings": true, "hidden_act": "silu"}
            """;

    @TempDir
    private Path folder;

    private Path model() throws Exception {
        var model = Files.createDirectory(folder.resolve("model"));
        Files.writeString(model.resolve("config.json"), CONFIG);
        var tensors = new LinkedHashMap<String, List<Integer>>();
        tensors.put("model.embed_tokens.weight", List.of(128_256, 2048));
        tensors.put("model.layers.0.input_layernorm.weight", List.of(2048));
        tensors.put("model.layers.0.post_attention_layernorm.weight", List.of(2048));
        tensors.put("model.layers.0.self_attn.q_proj.weight", List.of(2048, 2048));
        tensors.put("model.layers.0.self_attn.k_proj.weight", List.of(512, 2048));
        tensors.put("model.layers.0.self_attn.v_proj.weight", List.of(512, 2048));
        tensors.put("model.layers.0.self_attn.o_proj.weight", List.of(2048, 2048));
        tensors.put("model.layers.0.mlp.gate_proj.weight", List.of(8192, 2048));
        tensors.put("model.layers.0.mlp.up_proj.weight", List.of(8192, 2048));
        tensors.put("model.layers.0.mlp.down_proj.weight", List.of(2048, 8192));
        tensors.put("model.norm.weight", List.of(2048));
        var header = new StringBuilder("{");
        long offset = 0;
        for (var tensor : tensors.entrySet()) {
            long end = offset
                    + 2L
                            * tensor.getValue().stream()
                                    .mapToLong(Integer::longValue)
                                    .reduce(1, (a, b) -> a * b);
            header.append(offset == 0 ? "" : ",")
                    .append("\"%s\":{\"dtype\":\"BF16\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                            .formatted(tensor.getKey(), tensor.getValue(), offset, end));
            offset = end;
        }
        byte[] text = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
        try (var file = new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw")) {
            file.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(text.length)
                    .array());
            file.write(text);
            file.setLength(8 + text.length + offset);
        }
        return model;
    }

    /** A JVM as the launcher would start it, but for its options; {@code limit} is what a shell is to do before. */
    private Process start(String limit, List<String> options, Path model, Path out, String type) throws Exception {
        var command = new ArrayList<>(List.of("sh", "-c", limit + "exec \"$@\"", "sh"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--add-exports=java.base/jdk.internal.module=ALL-UNNAMED");
        command.addAll(options);
        command.addAll(List.of("-cp", StartTest.everything(), "orrery.app.Start"));
        command.addAll(List.of("quantize", model.toString(), out.toString(), "--type", type));
        return new ProcessBuilder(command)
                .redirectOutput(folder.resolve("output").toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
    }

    private List<String> left() throws Exception {
        try (var entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.contains("gguf"))
                    .toList();
        }
    }

    @Test
    void convertsAModelInAHeapOfAFractionOfIt() throws Exception {
        var out = folder.resolve("out.gguf");

        var process = start("", List.of("-Xmx40m"), model(), out, "q4_0");

        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("errors")))
                .isZero();
        assertThat(Files.size(out)).isGreaterThan(180_000_000L);
        assertThat(folder.resolve("output")).content().contains("4.50 bits per weight; 617 MiB before");
        assertThat(left()).containsExactly("out.gguf");
    }

    /**
     * The shell's limit on the length of a file stands for a disk without space: the system refuses the write in the
     * same way.
     */
    @Test
    void aDiskWithoutSpaceIsSaidAndNothingIsLeftOnIt() throws Exception {
        var process = start("ulimit -f 4000; ", List.of(), Cli.DEMO, folder.resolve("out.gguf"), "q8_0");

        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(folder.resolve("errors"))
                .content()
                .endsWith("orrery: could not write " + folder.resolve("out.gguf") + ": File too large\n");
        assertThat(left()).isEmpty();
    }

    @Test
    void whoIsToldToEndLeavesNothing() throws Exception {
        var process = writing(model(), folder.resolve("out.gguf"), 1);

        process.destroy();

        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(left()).isEmpty();
    }

    @Test
    void whatOneLeavesThatIsKilledTheNextOneRemovesButNotWhatAnotherIsWriting() throws Exception {
        var out = folder.resolve("out.gguf");
        var model = model();
        var killed = writing(model, out, 1);
        killed.destroyForcibly().waitFor();
        assertThat(left()).as("what no process can help").hasSize(1);
        var running = writing(model, out, 1);
        try {
            var next = Cli.run("quantize", Cli.DEMO, out, "--type", "q8_0", "--quiet");
            assertThat(next.status()).as(next.err()).isZero();
            assertThat(running.isAlive()).isTrue();
            assertThat(left())
                    .as("its own file and that of the one that runs")
                    .hasSize(2)
                    .contains("out.gguf");
        } finally {
            running.destroy();
            assertThat(running.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(left()).containsExactly("out.gguf");
    }

    /** One that has begun to write, when there are so many files. */
    private Process writing(Path model, Path out, int files) throws Exception {
        var before = left();
        var process = start("", List.of(), model, out, "q5_k");
        long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while ((left().equals(before) || left().size() != files) && process.isAlive() && System.nanoTime() < patience) {
            Thread.sleep(20);
        }
        assertThat(left()).hasSize(files);
        return process;
    }
}
