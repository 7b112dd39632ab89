package orrery.catalog;

import java.util.List;
import java.util.OptionalInt;
import orrery.tensor.Shape;

/**
 * A tensor of a GGUF file to write, and the weights in it.
 *
 * @param name in the file
 * @param shape in the file, outermost first
 * @param paths of the weights whose copies it contains, one after another
 * @param laying how the copies are arranged
 * @param interleaved the size of heads whose rows are reordered from RoPE pairs half a head apart to interleaved pairs;
 *     empty for most
 * @param plusOne whether the file stores the weight plus one, since the spec adds one to the weight
 */
public record GgufTensor(
        String name, Shape shape, List<String> paths, Laying laying, OptionalInt interleaved, boolean plusOne) {

    /** How the copies of weights are arranged in a tensor. */
    public enum Laying {
        /** One below another. */
        BELOW,
        /** One below another, each transposed to {@code [in, out]}. */
        TURNED_BELOW,
        /** Side by side. */
        BESIDE
    }
}
