package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orrery.spec.ArchitectureSpec;

/**
 * A model as a Mermaid flowchart, for READMEs: from token ids below to logits above, its block once and whole as a
 * subgraph. Where layers differ their alternatives are parallel nodes, and the edges into them say which layers go
 * there.
 */
public final class Mermaid {
    private final StringBuilder text = new StringBuilder("flowchart BT\n");
    private final List<String> edges = new ArrayList<>();
    private final List<String> styles = new ArrayList<>();
    private int nodes;
    /** The nodes from which the flow goes on. */
    private List<String> ends = List.of();

    private Optional<String> table = Optional.empty();

    private Mermaid() {}

    /** Draws a model. The text ends with a line break and has no fences around it. */
    public static String of(ArchitectureSpec spec) {
        var column = Blueprint.of(spec);
        var chart = new Mermaid();
        chart.parts(column.entry(), "  ");
        chart.block(column.block());
        var last = chart.ends;
        chart.parts(column.exit(), "  ");
        column.draft().ifPresent(draft -> {
            chart.ends = last;
            chart.block(draft);
        });
        chart.finish();
        return chart.text.toString();
    }

    private void block(DrawnBlock block) {
        String title = escaped(block.layers() + " × " + block.name());
        text.append("  subgraph s" + nodes++ + "[\"" + title + "\"]\n");
        parts(block.parts(), "    ");
        text.append("  end\n");
    }

    /** Joins the flow to a node, on which it goes on. */
    private void flowTo(String node) {
        ends.forEach(end -> edges.add(end + " --> " + node));
        ends = List.of(node);
    }

    /** Nodes of parts, in the flow one after the other; residual lines are edges of their own. */
    private void parts(List<Part> parts, String indent) {
        var fork = ends;
        var normed = ends;
        for (var part : parts) {
            switch (part) {
                case Part.Boxed(var slot, var box) -> {
                    String node = node(indent, "[", label(box), "]", style(box.role()));
                    if (slot == Slot.PER_LAYER_TABLE) {
                        table = Optional.of(node);
                    } else {
                        flowTo(node);
                    }
                    if (slot == Slot.LAYER_INPUT) {
                        table.ifPresent(from -> edges.add(from + " --> " + node));
                    }
                }
                case Part.Choice(var _, var alternatives) -> {
                    var from = ends;
                    var taken = new ArrayList<String>();
                    for (var alternative : alternatives) {
                        var box = alternative.box();
                        String node = node(indent, "[", label(box), "]", style(box.role()));
                        from.forEach(end -> edges.add(end + " -->|\"" + escaped(alternative.where()) + "\"| " + node));
                        taken.add(node);
                    }
                    ends = List.copyOf(taken);
                }
                case Part.Word(var slot, var word) -> {
                    String node = node(indent, "([", word, "])", "plain");
                    flowTo(node);
                    if (slot == Slot.TOKEN_IDS) {
                        table.ifPresent(to -> edges.add(node + " --> " + to));
                    }
                }
                case Part.Fork(var slot) -> {
                    if (slot == Slot.MIXER_NORMED) {
                        normed = ends;
                    } else {
                        fork = ends;
                    }
                }
                case Part.Sum _ -> {
                    String node = node(indent, "((", "⊕", "))", "plain");
                    flowTo(node);
                    fork.forEach(from -> edges.add(from + " --> " + node));
                }
                case Part.Beside(var _, var box) -> {
                    String beside = node(indent, "[", label(box), "]", style(box.role()));
                    normed.forEach(from -> edges.add(from + " --> " + beside));
                    String node = node(indent, "((", "⊕", "))", "plain");
                    flowTo(node);
                    edges.add(beside + " --> " + node);
                }
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
        text.append(indent + id + open + '"' + escaped(label).replace("\n", "<br>") + '"' + close + '\n');
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
        edges.forEach(edge -> text.append("  ").append(edge).append('\n'));
        for (var role : Role.values()) {
            // Letters dark on light in either theme: Mermaid cannot ask which one the reader has.
            String ink = Theme.properties(Theme.Scheme.LIGHT).getOrDefault("--orrery-ink", "#000000");
            text.append("  classDef " + style(role) + " fill:" + role.fill(Theme.Scheme.LIGHT) + ",stroke:"
                    + role.line(Theme.Scheme.LIGHT) + ",color:" + ink + "\n");
        }
        styles.forEach(style -> text.append(style).append('\n'));
    }
}
