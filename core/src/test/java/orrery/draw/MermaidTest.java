package orrery.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.spec.ArchitectureSpec;

final class MermaidTest {
    private static final Pattern LINE = Pattern.compile("flowchart BT"
            + "|  *subgraph s\\d+\\[\"[^\"<>\\[\\]]+\"]"
            + "|  *end"
            + "|  *n\\d+(\\[\"[^\"]+\"]|\\(\\[\"[^\"]+\"]\\)|\\(\\(\"[^\"]+\"\\)\\))"
            + "|  n\\d+ -->(\\|\"[^\"|]+\"\\|)? n\\d+"
            + "|  classDef [a-z_]+ fill:#[0-9a-f]{6},stroke:#[0-9a-f]{6},color:#[0-9a-f]{6}"
            + "|  class n\\d+ [a-z_]+");

    @ParameterizedTest
    @MethodSource("orrery.draw.Specs#all")
    void isValidForEveryModel(ArchitectureSpec spec) {
        var lines = Mermaid.of(spec).lines().toList();

        assertThat(lines).first().isEqualTo("flowchart BT");
        assertThat(lines).allSatisfy(line -> assertThat(line).matches(LINE));
        long opened = lines.stream()
                .filter(line -> line.strip().startsWith("subgraph "))
                .count();
        assertThat(lines.stream().filter(line -> line.strip().equals("end"))).hasSize(Math.toIntExact(opened));
    }

    @ParameterizedTest
    @MethodSource("orrery.draw.Specs#all")
    void everyEdgeJoinsTwoNodesThatAreThere(ArchitectureSpec spec) {
        var text = Mermaid.of(spec);
        var nodes = new HashSet<String>();
        Pattern.compile("(?m)^ +(n\\d+)[\\[(]").matcher(text).results().forEach(found -> nodes.add(found.group(1)));
        var joined = new HashSet<String>();
        Pattern.compile("(n\\d+) -->(?:\\|.+\\|)? (n\\d+)")
                .matcher(text)
                .results()
                .forEach(found -> {
                    joined.add(found.group(1));
                    joined.add(found.group(2));
                    assertThat(found.group(1)).isNotEqualTo(found.group(2));
                });

        assertThat(joined).isEqualTo(nodes);
    }

    @Test
    void alternativesAreParallelNodesOfOneBlock() {
        var text = Mermaid.of(Specs.of("gemma-3-27b"));

        assertThat(text)
                .containsOnlyOnce("subgraph")
                .contains("[\"62 × layers differ in attention\"]")
                .containsPattern("n3 -->\\|\"5 of every 6 layers: [^\"]+\"\\| n4\n")
                .containsPattern("n3 -->\\|\"every 6th layer: 5, 11, …, 59\"\\| n5\n")
                .containsPattern("n4 --> n6\n")
                .containsPattern("n5 --> n6\n");
    }

    @Test
    void keepsStrangeNamesFromBecomingMarkup() {
        assertThat(Mermaid.of(Specs.of("gpt2").withName("a\"]<b>"))).doesNotContain("<b>");
    }
}
