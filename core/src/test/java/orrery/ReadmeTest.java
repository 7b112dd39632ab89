package orrery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.catalog.Catalog;
import orrery.catalog.CatalogException;
import orrery.format.GgufMetadata;
import orrery.format.GgufWriter;
import orrery.format.ModelFile;
import orrery.format.TensorSource;
import orrery.tensor.DType;
import orrery.tensor.Shape;

/** Compares what the README says to users of the library and of models with the code. */
final class ReadmeTest {
    private static final String README = Checkout.text(Checkout.root().resolve("README.md"));
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    @TempDir
    private Path folder;

    /** The cells of a table, row by row, without its heading. */
    private static List<String[]> table(String firstHeading) {
        var rows = README.substring(README.indexOf("| " + firstHeading + " |"))
                .lines()
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> line.substring(1).split("\\|"))
                .toList();
        assertThat(rows).isNotEmpty();
        return rows;
    }

    private static List<String> names(String cell) {
        return CODE.matcher(cell).results().map(result -> result.group(1)).toList();
    }

    private static Set<String> column(int column) {
        var names = new TreeSet<String>();
        table("architecture").forEach(row -> names.addAll(names(row[column])));
        return names;
    }

    @Test
    void theTableOfArchitecturesHasEveryModelTypeOfTheCatalog() {
        assertThat(column(1)).isEqualTo(Catalog.modelTypes());
    }

    @Test
    void theTableOfArchitecturesHasEveryArchitectureOfGguf() {
        var file = folder.resolve("unknown.gguf");
        var tensors = new LinkedHashMap<String, TensorSource>();
        tensors.put(
                "some",
                new TensorSource(DType.I8, Shape.of(4), sink -> sink.write(MemorySegment.ofArray(new byte[4]))));
        GgufWriter.write(file, new GgufMetadata().text("general.architecture", "unknown"), tensors);
        try (var opened = ModelFile.open(file)) {
            var refusal = catchThrowable(() -> Catalog.open(opened));

            assertThat(refusal).isInstanceOf(CatalogException.class);
            assertThat(String.valueOf(refusal.getMessage()))
                    .contains("general.architecture \"unknown\" is not known, expected one of ");
            String known = String.valueOf(refusal.getMessage()).replaceAll(".*expected one of ", "");
            assertThat(column(2)).containsExactly(known.split(", "));
        }
    }

    @Test
    void theTableOfFormatsHasEveryTypeOfGgufsBlocks() {
        var formats = table("format");
        var floats = List.of("F32", "F16", "BF16");

        assertThat(names(formats.get(0)[1])).containsExactlyElementsOf(with(floats, "F8_E4M3", "F8_E5M2"));
        var blocked = EnumSet.allOf(DType.class).stream().filter(DType::blocked).map(DType::name);
        assertThat(names(formats.get(1)[1])).containsExactlyElementsOf(with(floats, blocked.toArray(String[]::new)));
    }

    private static List<String> with(List<String> some, String... others) {
        var all = new ArrayList<>(some);
        all.addAll(Arrays.asList(others));
        return all;
    }

    @Test
    void theDependencyHasTheCoordinatesOfTheBuild() {
        var root = Checkout.text(Checkout.root().resolve("pom.xml"));
        var core = Checkout.text(Checkout.root().resolve(Path.of("core", "pom.xml")));
        var snippet = README.substring(README.indexOf("<dependency>"), README.indexOf("</dependency>"));

        assertThat(element(snippet, "groupId"))
                .isEqualTo(element(root, "groupId"))
                .isEqualTo(element(core, "groupId"));
        assertThat(element(snippet, "artifactId"))
                .isEqualTo(element(core.substring(core.indexOf("</parent>")), "artifactId"));
        assertThat(element(snippet, "version"))
                .isEqualTo(element(root, "version"))
                .isEqualTo(element(core, "version"));
    }

    /** The text of the first element of that name. */
    private static String element(String xml, String name) {
        int begin = xml.indexOf("<" + name + ">") + name.length() + 2;
        return xml.substring(begin, xml.indexOf("</" + name + ">", begin));
    }
}
