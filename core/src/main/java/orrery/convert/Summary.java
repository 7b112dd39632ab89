package orrery.convert;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import orrery.tensor.DType;

/**
 * What a conversion does to a model.
 *
 * @param bytesBefore bytes of all tensors before the conversion
 * @param bytes bytes of the new file
 * @param elements of all its tensors
 * @param types the share of each dtype, the largest first
 */
public record Summary(long bytesBefore, long bytes, long elements, List<Share> types) {
    public Summary {
        types = List.copyOf(types);
    }

    /** The tensors of one dtype. */
    public record Share(DType dtype, int tensors, long elements, long bytes) {
        private Share plus(Share other) {
            return new Share(dtype, tensors + other.tensors, elements + other.elements, bytes + other.bytes);
        }
    }

    /** Bits of the new file per element. */
    public double bitsPerWeight() {
        return 8.0 * bytes / elements;
    }

    static Summary of(List<PlannedTensor> tensors, long bytes) {
        Map<DType, Share> shares = new EnumMap<>(DType.class);
        for (var tensor : tensors) {
            shares.merge(
                    tensor.dtype(),
                    new Share(tensor.dtype(), 1, tensor.shape().elements(), tensor.bytes()),
                    Share::plus);
        }
        return new Summary(
                tensors.stream().mapToLong(PlannedTensor::bytesBefore).sum(),
                bytes,
                tensors.stream().mapToLong(tensor -> tensor.shape().elements()).sum(),
                shares.values().stream()
                        .sorted((one, other) -> Long.compare(other.bytes(), one.bytes()))
                        .toList());
    }

    /** In words, which tensors could not have their intended type. */
    static List<String> shortRows(List<PlannedTensor> tensors) {
        var groups = tensors.stream()
                .filter(tensor -> tensor.insteadOf().isPresent())
                .collect(Collectors.groupingBy(
                        tensor -> List.of(tensor.insteadOf().orElseThrow(), tensor.dtype()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        var notes = new ArrayList<String>();
        groups.forEach((types, some) -> {
            var wanted = types.getFirst();
            // Rows that are not a multiple of 256 may still be a multiple of 32.
            int block = types.getLast().blocked() ? wanted.blockElements() : DType.Q8_0.blockElements();
            var first = some.getFirst();
            String others = some.size() == 1 ? "" : " and " + (some.size() - 1) + " more";
            notes.add(first.name() + others + (some.size() == 1 ? " becomes " : " become ") + types.getLast()
                    + " instead of " + wanted + ": rows of " + first.shape().columns() + " elements are not a multiple"
                    + " of "
                    + block);
        });
        return notes;
    }
}
