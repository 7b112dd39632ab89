package orrery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks the links between this repository's documents. */
final class DocumentationTest {
    /** {@code [text](docs/design.md#2-modules-and-packages)}, but no web address. */
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]*))?\\)");

    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

    private static List<Path> documents() {
        return Checkout.files().stream()
                .filter(file -> file.toString().endsWith(".md"))
                .toList();
    }

    @Test
    void everyLinkLeadsSomewhere() {
        var broken = new ArrayList<String>();
        for (Path document : documents()) {
            LINK.matcher(Checkout.text(document)).results().forEach(link -> {
                Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
                String heading = link.group(2);
                boolean found = Files.exists(target)
                        && (heading == null || headings(target).contains(heading));
                if (!found) {
                    broken.add(document + " links to " + link.group(1) + (heading == null ? "" : "#" + heading));
                }
            });
        }

        assertThat(documents()).hasSizeGreaterThan(20);
        assertThat(broken).isEmpty();
    }

    /** A document's headings as links spell them: lower case, no punctuation, dashes for spaces. */
    private static List<String> headings(Path document) {
        return HEADING.matcher(Checkout.text(document))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    @Test
    void everyDecisionIsListedAndHasItsThreeParts() {
        Path folder = Checkout.root().resolve(Path.of("docs", "decisions"));
        List<Path> decisions = documents().stream()
                .filter(file -> file.startsWith(folder) && !file.endsWith("README.md"))
                .sorted()
                .toList();
        var list = new ArrayList<String>();
        for (Path decision : decisions) {
            String title =
                    Checkout.text(decision).lines().findFirst().orElse("").replaceFirst("^# ", "");
            list.add("- [" + title + "](" + decision.getFileName() + ")");
            assertThat(HEADING.matcher(Checkout.text(decision)).results().map(heading -> heading.group(1)))
                    .as(decision.toString())
                    .containsExactly(title, "Context", "Decision", "Consequence");
            assertThat(decision.getFileName().toString()).startsWith("%02d-".formatted(list.size()));
            assertThat(title).startsWith(list.size() + ". ");
        }

        assertThat(Checkout.text(folder.resolve("README.md")).lines().filter(line -> line.startsWith("- ")))
                .containsExactlyElementsOf(list);
    }
}
