package orrery.report;

import static orrery.report.DataMap.map;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import orrery.spec.ArchitectureSpec;
import orrery.spec.LayerSpec;

/**
 * A smaller model within one that was trained nested (MatFormer, arXiv:2310.07707).
 *
 * @param slice how it is called, or which layers and widths it keeps
 * @param spec its architecture
 */
public record NestedModel(String slice, ArchitectureSpec spec) {
    /** What a card has room for before the text of a fact. */
    private static final int LONGEST_LABEL = CardLayout.TEXT_COLUMN - 3;

    Card.Fact fact() {
        boolean named = slice.length() <= LONGEST_LABEL;
        String text = Numbers.count(spec.layers().size(), "layer") + ", width "
                + widths().stream().map(Numbers::exact).collect(Collectors.joining(" to ")) + ": "
                + Numbers.rounded(spec.parameters()) + " parameters"
                + FastMemory.of(spec)
                        .map(memory -> ", " + Numbers.rounded(memory.effective()) + " effective")
                        .orElse("");
        return new Card.Fact(named ? slice : "in between", named ? text : text + " (" + slice + ")");
    }

    /** The one width, or the smallest and the largest. */
    private List<Integer> widths() {
        var all = allWidths();
        var ends = all.stream().mapToInt(Integer::intValue).summaryStatistics();
        return ends.getMin() == ends.getMax() ? List.of(ends.getMin()) : List.of(ends.getMin(), ends.getMax());
    }

    private List<Integer> allWidths() {
        return spec.layers().stream()
                .map(LayerSpec::mlp)
                .filter(op -> op.experts().isEmpty())
                .map(op -> op.feedForward().intermediateSize())
                .toList();
    }

    Map<String, Object> data() {
        var data = map(
                "slice", slice,
                "num_hidden_layers", spec.layers().size(),
                "intermediate_size", allWidths(),
                "parameters", spec.parameters());
        FastMemory.of(spec).ifPresent(memory -> data.put("effective_parameters", memory.effective()));
        return data;
    }
}
