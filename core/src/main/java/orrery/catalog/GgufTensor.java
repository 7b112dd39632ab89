package orrery.catalog;

import java.util.List;
import java.util.OptionalInt;
import orrery.tensor.Shape;

/**
 * A tensor of a GGUF file that is to be written, and which weights become it.
 *
 * @param name in the file
 * @param shape in the file, outermost first
 * @param paths of the weights whose copies it holds, one after another
 * @param laying how the copies lie
 * @param interleaved the size of heads whose rows change places, from RoPE's pairs in halves to pairs of neighbours;
 *     empty for most
 * @param plusOne whether the file has one more than the weight, since the spec adds it to the weight
 */
public record GgufTensor(
        String name, Shape shape, List<String> paths, Laying laying, OptionalInt interleaved, boolean plusOne) {

    /** How the copies of weights lie in a tensor. */
    public enum Laying {
        /** The rows of each below those of the one before. */
        BELOW,
        /** The same of each copy turned, {@code [in, out]}. */
        TURNED_BELOW,
        /** Each row of all copies side by side. */
        BESIDE
    }
}
