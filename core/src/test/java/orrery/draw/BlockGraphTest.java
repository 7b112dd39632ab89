package orrery.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.spec.ArchitectureSpec;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Streams;

/** Walks each drawing as a graph, from token ids to logits, once for every layer. */
final class BlockGraphTest {
    @ParameterizedTest
    @MethodSource("orrery.draw.Specs#all")
    void everyLayerTakesItsBranchesBetweenTokensAndLogits(ArchitectureSpec spec) {
        var column = Blueprint.of(spec);
        var fromBelow = column.parts().map(Part::slot).toList();

        assertThat(column.block().layers()).isEqualTo(spec.layers().size());
        assertThat(fromBelow).isSorted().doesNotHaveDuplicates().endsWith(Slot.LOGITS);
        assertThat(fromBelow).filteredOn(slot -> slot != Slot.PER_LAYER_TABLE).startsWith(Slot.TOKEN_IDS);
        for (int i = 0; i < spec.layers().size(); i++) {
            assertThat(path(column.block(), i))
                    .as("layer %d", i)
                    .isEqualTo(expected(spec, spec.layers().get(i)));
        }
    }

    /** The parts through which a layer goes, every one a slot with the box that stands there for this layer. */
    private static List<String> path(DrawnBlock block, int layer) {
        var path = new ArrayList<String>();
        for (var part : block.parts()) {
            switch (part) {
                case Part.Choice(var slot, var alternatives) -> {
                    var taken = alternatives.stream()
                            .filter(one -> one.layers().contains(layer))
                            .toList();
                    assertThat(taken)
                            .as("alternatives that layer %d takes at %s", layer, slot)
                            .hasSize(1);
                    if (!taken.getFirst().name().equals("nothing")) {
                        path.add(slot + " " + taken.getFirst().box());
                    }
                }
                case Part.Boxed(var slot, var box) -> path.add(slot + " " + box);
                case Part.Fork _, Part.Sum _, Part.Beside _, Part.Word _ ->
                    path.add(part.slot().toString());
            }
        }
        return path;
    }

    /** The same by the spec's own words. */
    private static List<String> expected(ArchitectureSpec spec, LayerSpec layer) {
        boolean streams = layer.streams() instanceof Streams.Parallel;
        boolean learned = spec.embedding().learnedPositions() > 0;
        var drawn = DrawnBlock.parts(layer, spec.hiddenSize(), spec.embedding());
        var path = new ArrayList<String>();
        if (streams) {
            path.add(Slot.PREDICT + " " + box(drawn, Slot.PREDICT));
        }
        path.add("MIXER_FORK");
        norm(path, Slot.MIXER_BEFORE, layer.mixer().before(), spec);
        if (streams) {
            path.add("MIXER_NORMED");
        }
        path.add("MIXER " + FactBox.attention(layer, spec.hiddenSize(), learned));
        norm(path, Slot.MIXER_AFTER, layer.mixer().after(), spec);
        path.add("MIXER_SUM");
        if (streams) {
            path.add("LAUREL");
        }
        norm(path, Slot.MIXER_OUTER, layer.mixer().outer(), spec);
        path.add("FEED_FORWARD_FORK");
        norm(path, Slot.FEED_FORWARD_BEFORE, layer.feedForward().before(), spec);
        path.add("FEED_FORWARD " + FactBox.feedForward(layer.mlp(), spec.hiddenSize()));
        norm(path, Slot.FEED_FORWARD_AFTER, layer.feedForward().after(), spec);
        path.add("FEED_FORWARD_SUM");
        norm(path, Slot.FEED_FORWARD_OUTER, layer.feedForward().outer(), spec);
        if (streams) {
            path.add(Slot.CORRECT + " " + box(drawn, Slot.CORRECT));
            path.add(Slot.LAYER_INPUT + " " + box(drawn, Slot.LAYER_INPUT));
        }
        return path;
    }

    private static void norm(List<String> path, Slot slot, NormSpec norm, ArchitectureSpec spec) {
        if (!norm.equals(NormSpec.NONE)) {
            path.add(slot + " " + DrawnBlock.norm(norm, spec.hiddenSize()));
        }
    }

    private static Box box(List<Part> parts, Slot slot) {
        return parts.stream()
                .filter(part -> part.slot() == slot)
                .flatMap(part -> part.boxes().stream())
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("orrery.draw.Specs#all")
    void theDrawingHasExactlyTheseBoxesAndSums(ArchitectureSpec spec) {
        var drawn = Drawn.of(BlockDiagram.of(spec));
        var column = Blueprint.of(spec);
        var parts = Stream.concat(column.parts(), column.draft().stream().flatMap(draft -> draft.parts().stream()))
                .toList();

        assertThat(drawn.all("g"))
                .filteredOn(group -> Drawn.classes(group).contains("box"))
                .extracting(group -> Drawn.all(group, "text").getFirst().getTextContent())
                .containsExactlyInAnyOrderElementsOf(parts.stream()
                        .flatMap(part -> part.boxes().stream())
                        .map(Box::title)
                        .toList());
        assertThat(drawn.all("circle"))
                .filteredOn(circle -> Drawn.classes(circle).contains("sum"))
                .hasSize((int) parts.stream()
                        .filter(part -> part instanceof Part.Sum || part instanceof Part.Beside)
                        .count());
    }

    @ParameterizedTest
    @MethodSource("orrery.draw.Specs#all")
    void everyArrowHeadEndsALine(ArchitectureSpec spec) {
        var drawn = Drawn.of(BlockDiagram.of(spec));
        var lines = drawn.flow();

        var heads = drawn.all("path").stream()
                .filter(path -> Drawn.classes(path).contains("tip"))
                .map(path -> path.getAttribute("d"))
                .toList();

        assertThat(heads)
                .isNotEmpty()
                .allSatisfy(head -> assertThat(lines)
                        .as("lines at the arrow head " + head)
                        .anyMatch(line -> line.overlaps(foot(head))));
    }

    /** Around the middle of an arrow head's side that the line comes from: M tip L corner, then H or V to the other. */
    private static Drawn.Area foot(String head) {
        var path = head.split(" ");
        double x = Double.parseDouble(path[4]);
        double y = Double.parseDouble(path[5]);
        double to = Double.parseDouble(path[7]);
        double middleX = path[6].equals("H") ? (x + to) / 2 : x;
        double middleY = path[6].equals("V") ? (y + to) / 2 : y;
        return new Drawn.Area("foot", middleX - 2, middleY - 2, middleX + 2, middleY + 2);
    }

    @ParameterizedTest
    @MethodSource("orrery.draw.Specs#all")
    void theStripHasOneCellForEachLayerInEachSlotThatVaries(ArchitectureSpec spec) {
        var drawn = Drawn.of(BlockDiagram.of(spec));
        var block = Blueprint.of(spec).block();

        var cells = drawn.all("g").stream()
                .filter(group -> Drawn.classes(group).contains("strip"))
                .flatMap(group -> Drawn.all(group, "rect").stream())
                .map(cell -> cell.getAttribute("class") + cell.getAttribute("fill-opacity"))
                .toList();

        if (block.choices().isEmpty()) {
            assertThat(cells).hasSize(block.layers()).containsOnly("plain-ink0.5");
            return;
        }
        var expected = block.choices().stream()
                .flatMap(choice -> IntStream.range(0, block.layers()).mapToObj(layer -> tone(choice, layer)))
                .toList();
        assertThat(cells).isEqualTo(expected);
        block.choices()
                .forEach(choice -> assertThat(
                                IntStream.range(0, choice.alternatives().size()).mapToObj(i -> Tone.of(choice, i)))
                        .as("tones of " + choice.slot())
                        .doesNotHaveDuplicates());
    }

    private static String tone(Part.Choice choice, int layer) {
        int number = IntStream.range(0, choice.alternatives().size())
                .filter(i -> choice.alternatives().get(i).layers().contains(layer))
                .findFirst()
                .orElseThrow();
        var tone = Tone.of(choice, number);
        return tone.role().style() + "-ink" + Svg.number(tone.strength());
    }
}
