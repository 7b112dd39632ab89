package orrery.app.verify;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import orrery.app.terminal.CommandException;
import orrery.format.Safetensors;
import orrery.kernel.Elements;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.DType;
import orrery.tensor.Tensor;

/**
 * The recording of a reference implementation: {@code input_ids [B, T]} and {@code logits [B, T, V]}; optionally
 * {@code greedy [B, N]}, {@code hidden.i [B, T, D]} and {@code mtp_logits [B, T - 1, V]}. Shapes, dtypes and ids are
 * checked against the model before anything runs.
 */
public final class GoldenFile implements AutoCloseable {
    private static final Set<DType> IDS = Set.of(DType.I64, DType.I32);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final String DRAFT = "mtp_logits";

    private final Safetensors file;
    private final ArchitectureSpec spec;
    private final int sequences;
    private final int length;
    private final int continued;

    private GoldenFile(Safetensors file, ArchitectureSpec spec) {
        this.file = file;
        this.spec = spec;
        var inputs = required("input_ids").shape().dimensions();
        requireIds("input_ids");
        if (inputs.size() != 2 || inputs.contains(0L)) {
            throw wrong("input_ids", "[sequences, length]");
        }
        sequences = narrow("input_ids", inputs.getFirst());
        length = narrow("input_ids", inputs.getLast());
        requireRows("logits", length, spec.vocabSize());
        if (hasDraft()) {
            requireRows(DRAFT, length - 1, spec.vocabSize());
        }
        if (file.tensors().containsKey("greedy")) {
            requireIds("greedy");
            var dimensions = required("greedy").shape().dimensions();
            if (dimensions.size() != 2 || dimensions.getFirst() != sequences) {
                throw wrong("greedy", "[" + sequences + ", new tokens]");
            }
            continued = narrow("greedy", dimensions.getLast());
        } else {
            continued = 0;
        }
        for (int i = 0; i <= spec.layers().size(); i++) {
            if (hasHidden(i)) {
                requireRows("hidden." + i, length, spec.hiddenSize());
            }
        }
        requireKnownIds("input_ids", length);
        if (continued > 0) {
            requireKnownIds("greedy", continued);
        }
        requirePositions();
    }

    /**
     * Opens a model's file.
     *
     * @throws orrery.OrreryException if it cannot be read, lacks a tensor, or does not match the model
     */
    public static GoldenFile open(Path path, ArchitectureSpec spec) {
        var file = Safetensors.open(path);
        try {
            return new GoldenFile(file, spec);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private Tensor required(String name) {
        var tensor = file.tensors().get(name);
        if (tensor == null) {
            throw new CommandException(file.file() + " has no tensor " + name + ", expected input_ids and logits, and"
                    + " optionally greedy and hidden.0, hidden.1 and so on");
        }
        return tensor;
    }

    private void requireIds(String name) {
        if (!IDS.contains(required(name).dtype())) {
            throw new CommandException(
                    file.file() + ": " + name + " is " + required(name).dtype() + ", expected I64 or I32");
        }
    }

    private void requireRows(String name, int rows, int columns) {
        var tensor = required(name);
        if (!tensor.shape().dimensions().equals(List.of((long) sequences, (long) rows, (long) columns))) {
            throw wrong(
                    name,
                    "[" + sequences + ", " + rows + ", " + columns + "], as input_ids and " + spec.name() + " have it");
        }
        if (!Elements.readable(tensor.dtype())) {
            throw new CommandException(
                    file.file() + ": " + name + " is " + tensor.dtype() + ", expected F32, F16 or BF16");
        }
    }

    private void requireKnownIds(String name, int columns) {
        for (int sequence = 0; sequence < sequences; sequence++) {
            for (int i = 0; i < columns; i++) {
                long id = id(name, (long) sequence * columns + i);
                if (id < 0 || id >= spec.vocabSize()) {
                    throw new CommandException(file.file() + ": " + name + " holds the id " + id + " at [" + sequence
                            + ", " + i + "], but the vocabulary of " + spec.name() + " has " + spec.vocabSize());
                }
            }
        }
    }

    private void requirePositions() {
        int learned = spec.embedding().learnedPositions();
        // The last token of the continuation is compared but not fed.
        int positions = length + Math.max(0, continued - 1);
        if (learned > 0 && positions > learned) {
            throw new CommandException(
                    file.file() + " needs " + positions + " positions, but " + spec.name() + " has learned " + learned);
        }
    }

    private CommandException wrong(String name, String expected) {
        return new CommandException(
                file.file() + ": " + name + " has the shape " + required(name).shape() + ", expected " + expected);
    }

    private int narrow(String name, long extent) {
        if (extent > Integer.MAX_VALUE - 1) {
            throw wrong(name, "dimensions that fit into 31 bits");
        }
        return (int) extent;
    }

    private long id(String name, long index) {
        var tensor = required(name);
        return tensor.dtype() == DType.I64
                ? tensor.data().get(LONG, index * Long.BYTES)
                : tensor.data().get(INT, index * Integer.BYTES);
    }

    /** The number of sequences, B. */
    public int sequences() {
        return sequences;
    }

    /** Tokens of each, T. */
    public int length() {
        return length;
    }

    /** Tokens of the greedy continuation, N; 0 if none was recorded. */
    public int continued() {
        return continued;
    }

    /** A token of a sequence's prompt. */
    public int input(int sequence, int position) {
        return (int) id("input_ids", (long) sequence * length + position);
    }

    /** A token of its continuation. */
    public int greedy(int sequence, int index) {
        return (int) id("greedy", (long) sequence * continued + index);
    }

    /**
     * Whether the residual stream after {@code layers} layers was recorded; after the last one, it includes the final
     * norm.
     */
    public boolean hasHidden(int layers) {
        return file.tensors().containsKey("hidden." + layers);
    }

    /** A recorded row {@code [V]} of logits. */
    public float[] logits(int sequence, int position) {
        return row("logits", sequence, position);
    }

    /**
     * Whether the logits of multi-token prediction were recorded: row {@code i} predicts the token after the one that
     * followed position {@code i}.
     */
    public boolean hasDraft() {
        return file.tensors().containsKey(DRAFT);
    }

    /** A recorded row {@code [V]} of them. */
    public float[] draftLogits(int sequence, int position) {
        return row(DRAFT, sequence, position);
    }

    /** A recorded row {@code [D]} of the residual stream after {@code layers} layers. */
    public float[] hidden(int layers, int sequence, int position) {
        return row("hidden." + layers, sequence, position);
    }

    private float[] row(String name, int sequence, int position) {
        var tensor = required(name);
        var row = new float[(int) tensor.columns()];
        long from = (sequence * tensor.shape().dimensions().get(1) + position) * row.length;
        for (int i = 0; i < row.length; i++) {
            row[i] = Elements.of(tensor.data(), tensor.dtype(), from + i);
        }
        return row;
    }

    @Override
    public void close() {
        file.close();
    }
}
