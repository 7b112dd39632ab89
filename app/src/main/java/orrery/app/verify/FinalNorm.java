package orrery.app.verify;

import orrery.catalog.Checkpoint;
import orrery.kernel.Elements;
import orrery.spec.NormSpec;

/**
 * The final norm in plain arithmetic: references record their last hidden state after it, but a decoder only normalizes
 * the rows that want logits.
 */
final class FinalNorm {
    private final NormSpec norm;
    private final Checkpoint checkpoint;

    FinalNorm(Checkpoint checkpoint) {
        this.norm = checkpoint.description().spec().finalNorm();
        this.checkpoint = checkpoint;
    }

    float[] of(float[] row) {
        return switch (norm) {
            case NormSpec.None _ -> row;
            case NormSpec.Rms(var epsilon, var gain) -> rms(row, epsilon, gain);
            case NormSpec.Layer(var epsilon) -> layer(row, epsilon);
        };
    }

    private float[] rms(float[] row, double epsilon, NormSpec.Gain gain) {
        double squares = 0;
        for (float x : row) {
            squares += (double) x * x;
        }
        double factor = 1 / Math.sqrt(squares / row.length + epsilon);
        var normed = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            double weight = switch (gain) {
                case NONE -> 1;
                case WEIGHT -> stored("final_norm.weight", i);
                case ONE_PLUS_WEIGHT -> 1 + stored("final_norm.weight", i);
            };
            normed[i] = (float) (row[i] * factor * weight);
        }
        return normed;
    }

    private float[] layer(float[] row, double epsilon) {
        double mean = 0;
        for (float x : row) {
            mean += x / (double) row.length;
        }
        double variance = 0;
        for (float x : row) {
            variance += (x - mean) * (x - mean) / row.length;
        }
        double factor = 1 / Math.sqrt(variance + epsilon);
        var normed = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            normed[i] =
                    (float) ((row[i] - mean) * factor * stored("final_norm.weight", i) + stored("final_norm.bias", i));
        }
        return normed;
    }

    private double stored(String path, int index) {
        var copies = checkpoint.weights().get(path);
        if (copies == null) {
            throw new IllegalStateException("the checkpoint has no " + path);
        }
        var vector = copies.getFirst();
        return Elements.of(vector.data(), vector.dtype(), vector.index(0, index));
    }
}
