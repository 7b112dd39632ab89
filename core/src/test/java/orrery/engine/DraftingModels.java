package orrery.engine;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import orrery.format.ModelFile;
import orrery.format.SafetensorsWriter;
import orrery.tensor.Tensor;

/**
 * Model directories with a draft: the golden checkpoint with random weights, and two made from it whose drafts are
 * always or never accepted.
 */
enum DraftingModels {
    /** Random weights: a draft token is right only by chance. */
    RANDOM,
    /** Blocks add nothing, so that the next token depends only on the last one; and the draft uses that token. */
    ALWAYS_RIGHT,
    /** The same, but the draft's input has its sign changed: its best token is the model's worst. */
    ALWAYS_WRONG;

    static final Path GOLDEN = Path.of("src", "test", "resources", "goldens", "deepseek-v3-mtp");

    /** Makes the model in a new folder within {@code parent}. */
    Path in(Path parent) {
        var folder = parent.resolve(name());
        try {
            Files.createDirectories(folder);
            for (var name : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
                Files.copy(Demo.MODEL.resolve(name), folder.resolve(name));
            }
            for (var name : new String[] {"config.json", "generation_config.json"}) {
                Files.copy(GOLDEN.resolve(name), folder.resolve(name));
            }
        } catch (IOException e) {
            throw new IllegalStateException(folder.toString(), e);
        }
        try (var file = ModelFile.open(GOLDEN)) {
            var tensors = new TreeMap<String, Tensor>(file.tensors());
            switch (this) {
                case RANDOM -> {}
                case ALWAYS_RIGHT -> look(tensors, 1);
                case ALWAYS_WRONG -> look(tensors, -1);
            }
            SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors);
        }
        return folder;
    }

    private static void look(TreeMap<String, Tensor> tensors, float sign) {
        tensors.replaceAll((name, tensor) -> {
            if (name.endsWith("o_proj.weight") || name.endsWith("down_proj.weight")) {
                return filled(tensor, _ -> 0);
            }
            if (name.endsWith("model.norm.weight")
                    || name.endsWith("enorm.weight")
                    || name.endsWith("head.norm.weight")) {
                return filled(tensor, _ -> 1);
            }
            if (name.endsWith("eh_proj.weight")) {
                // [hidden, embedding and hidden]: the embedding passes through.
                int columns = (int) tensor.columns();
                return filled(tensor, i -> i / columns == i % columns ? sign : 0);
            }
            return tensor;
        });
    }

    private static Tensor filled(Tensor like, IntToDoubleFunction element) {
        var floats = new double[(int) like.shape().elements()];
        Arrays.setAll(floats, element);
        var data = MemorySegment.ofArray(new byte[floats.length * Float.BYTES]);
        for (int i = 0; i < floats.length; i++) {
            data.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, (float) floats[i]);
        }
        return new Tensor(like.dtype(), like.shape(), data);
    }
}
