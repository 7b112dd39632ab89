package orrery.model;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;
import orrery.format.Safetensors;
import orrery.tensor.Tensor;

/**
 * The reference's inputs and outputs for one checkpoint: {@code input_ids [B, T]}, {@code logits [B, T, V]},
 * {@code hidden.i [B, T, D]}, {@code greedy [B, N]}.
 */
final class Golden implements AutoCloseable {
    private final Safetensors file;

    Golden(Path checkpoint) {
        file = Safetensors.open(checkpoint.resolve("golden.safetensors"));
    }

    Map<String, Tensor> tensors() {
        return file.tensors();
    }

    int sequences() {
        return Math.toIntExact(tensor("input_ids").shape().dimensions().getFirst());
    }

    /** The prompt of a sequence. */
    int[] prompt(int sequence) {
        return ids("input_ids", sequence);
    }

    /** The reference's greedy continuation of it. */
    int[] greedy(int sequence) {
        return ids("greedy", sequence);
    }

    private int[] ids(String name, int sequence) {
        var tensor = tensor(name);
        int length = Math.toIntExact(tensor.columns());
        var ids = new int[length];
        for (int i = 0; i < length; i++) {
            long at = ((long) sequence * length + i) * Long.BYTES;
            ids[i] = Math.toIntExact(tensor.data().get(ValueLayout.JAVA_LONG_UNALIGNED, at));
        }
        return ids;
    }

    /** The row of a position of a sequence in an output. */
    float[] row(String name, int sequence, int position) {
        var tensor = tensor(name);
        int length = Math.toIntExact(tensor.shape().dimensions().get(1));
        int columns = Math.toIntExact(tensor.columns());
        var row = new float[columns];
        for (int i = 0; i < columns; i++) {
            long at = (((long) sequence * length + position) * columns + i) * Float.BYTES;
            row[i] = tensor.data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
        }
        return row;
    }

    /** An output by its name. */
    Tensor tensor(String name) {
        var tensor = file.tensors().get(name);
        if (tensor == null) {
            throw new IllegalStateException(file.file() + " has no " + name);
        }
        return tensor;
    }

    @Override
    public void close() {
        file.close();
    }
}
