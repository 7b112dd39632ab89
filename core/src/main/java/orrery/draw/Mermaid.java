package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orrery.spec.ArchitectureSpec;

/**
 * A model as a Mermaid flowchart, for READMEs: from token ids below to logits above, its layers folded by their period
 * as nested subgraphs.
 */
public final class Mermaid {
    private final StringBuilder text = new StringBuilder("flowchart BT\n");
    private final List<String> flow = new ArrayList<>();
    private final List<String> edges = new ArrayList<>();
    private final List<String> styles = new ArrayList<>();
    private int nodes;
    private Optional<String> table = Optional.empty();

    private Mermaid() {}

    /** Draws a model. The text ends with a line break and has no fences around it. */
    public static String of(ArchitectureSpec spec) {
        var column = Blueprint.of(spec);
        var chart = new Mermaid();
        chart.parts(column.entry(), "  ");
        var blocks = column.blocks();
        for (int i = 0; i < blocks.size(); i++) {
            int at = i;
            column.brackets().stream()
                    .filter(bracket -> bracket.first() == at)
                    .forEach(bracket -> chart.open("  ", bracket.times() + " ×"));
            boolean within =
                    column.brackets().stream().anyMatch(bracket -> bracket.first() <= at && at <= bracket.last());
            chart.block(blocks.get(i), within ? "    " : "  ");
            column.brackets().stream().filter(bracket -> bracket.last() == at).forEach(_ -> chart.close("  "));
        }
        chart.parts(column.exit(), "  ");
        column.draft().ifPresent(draft -> chart.draft(draft, column));
        chart.finish();
        return chart.text.toString();
    }

    private void open(String indent, String title) {
        text.append(indent)
                .append("subgraph s")
                .append(nodes++)
                .append("[\"")
                .append(escaped(title))
                .append("\"]\n");
    }

    private void close(String indent) {
        text.append(indent).append("end\n");
    }

    private void block(DrawnBlock block, String indent) {
        String name = String.join(", ", block.name());
        open(indent, block.layers() + " × " + name + (block.badge().isEmpty() ? "" : " (" + block.badge() + ")"));
        if (block.parts().isEmpty()) {
            flow.add(node(indent + "  ", "[", block.like(), "]", "plain"));
        } else {
            if (!block.like().isEmpty()) {
                flow.add(node(indent + "  ", "[", block.like(), "]", "plain"));
            }
            parts(block.parts(), indent + "  ");
        }
        close(indent);
    }

    private void draft(DrawnBlock draft, Blueprint column) {
        String from = flow.get(flow.size() - column.exit().size());
        int begin = flow.size();
        block(draft, "  ");
        var own = List.copyOf(flow.subList(begin, flow.size()));
        flow.subList(begin, flow.size()).clear();
        edges.add(from + " --> " + own.getFirst());
        for (int i = 1; i < own.size(); i++) {
            edges.add(own.get(i - 1) + " --> " + own.get(i));
        }
    }

    /** Nodes of parts, in the flow one after the other; residual lines are edges of their own. */
    private void parts(List<Part> parts, String indent) {
        String fork = flow.isEmpty() ? "" : flow.getLast();
        String normed = fork;
        for (var part : parts) {
            switch (part) {
                case Part.Boxed(var slot, var box) -> {
                    String node = node(indent, "[", label(box), "]", style(box.role()));
                    if (slot == Slot.PER_LAYER_TABLE) {
                        table = Optional.of(node);
                    } else {
                        flow.add(node);
                    }
                    if (slot == Slot.LAYER_INPUT) {
                        table.ifPresent(from -> edges.add(from + " --> " + node));
                    }
                }
                case Part.Word(var slot, var word) -> {
                    flow.add(node(indent, "([", word, "])", "plain"));
                    if (slot == Slot.TOKEN_IDS) {
                        table.ifPresent(to -> edges.add(flow.getLast() + " --> " + to));
                    }
                }
                case Part.Fork(var slot) -> {
                    if (slot == Slot.MIXER_NORMED) {
                        normed = flow.getLast();
                    } else {
                        fork = flow.getLast();
                    }
                }
                case Part.Sum _ -> {
                    flow.add(node(indent, "((", "⊕", "))", "plain"));
                    edges.add(fork + " --> " + flow.getLast());
                }
                case Part.Beside(var _, var box) -> {
                    String node = node(indent, "[", label(box), "]", style(box.role()));
                    edges.add(normed + " --> " + node);
                    flow.add(node(indent, "((", "⊕", "))", "plain"));
                    edges.add(node + " --> " + flow.getLast());
                }
                case Part.Foot _ -> {}
            }
        }
    }

    private static String label(Box box) {
        var lines = new ArrayList<String>();
        lines.add(box.title() + (box.count().isEmpty() ? "" : " · " + box.count()));
        box.lines().forEach(line -> lines.add(line.text()));
        box.cache().ifPresent(lines::add);
        return String.join("\n", lines);
    }

    private String node(String indent, String open, String label, String close, String style) {
        String id = "n" + nodes++;
        text.append(indent)
                .append(id)
                .append(open)
                .append('"')
                .append(escaped(label).replace("\n", "<br>"))
                .append('"')
                .append(close)
                .append('\n');
        styles.add("  class " + id + " " + style);
        return id;
    }

    private static String style(Role role) {
        return role.style().replace('-', '_');
    }

    /** Text within quotes; what Mermaid or HTML would take for its own is written as a number. */
    private static String escaped(String label) {
        return label.replace("#", "#35;")
                .replace("&", "#38;")
                .replace("\"", "#34;")
                .replace("<", "#60;")
                .replace(">", "#62;");
    }

    private void finish() {
        for (int i = 1; i < flow.size(); i++) {
            text.append("  ")
                    .append(flow.get(i - 1))
                    .append(" --> ")
                    .append(flow.get(i))
                    .append('\n');
        }
        edges.forEach(edge -> text.append("  ").append(edge).append('\n'));
        for (var role : Role.values()) {
            // Letters dark on light in either theme: Mermaid cannot ask which one the reader has.
            text.append("  classDef ")
                    .append(style(role))
                    .append(" fill:")
                    .append(role.fill(Theme.Scheme.LIGHT))
                    .append(",stroke:")
                    .append(role.line(Theme.Scheme.LIGHT))
                    .append(",color:")
                    .append(Theme.properties(Theme.Scheme.LIGHT).getOrDefault("--orrery-ink", "#000000"))
                    .append('\n');
        }
        styles.forEach(style -> text.append(style).append('\n'));
    }
}
