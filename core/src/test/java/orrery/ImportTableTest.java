package orrery;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Keeps the table of packages in docs/design.md, section 2, true. */
final class ImportTableTest {
    /** Each package of this module, and those of ours that it may import; all may import {@code orrery} and themselves. */
    private static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry("orrery", Set.of()),
            Map.entry("orrery.spec", Set.of()),
            Map.entry("orrery.tensor", Set.of()),
            Map.entry("orrery.quant", Set.of("orrery.tensor")),
            Map.entry("orrery.format", Set.of("orrery.tensor")),
            Map.entry("orrery.token", Set.of("orrery.format", "orrery.token.jinja")),
            Map.entry("orrery.token.jinja", Set.of()),
            Map.entry("orrery.catalog", Set.of("orrery.spec", "orrery.format", "orrery.tensor")),
            Map.entry("orrery.kernel", Set.of("orrery.spec", "orrery.tensor", "orrery.quant")),
            Map.entry("orrery.kernel.vector", Set.of("orrery.kernel", "orrery.spec", "orrery.tensor", "orrery.quant")),
            Map.entry("orrery.model", Set.of("orrery.spec", "orrery.tensor", "orrery.kernel")),
            Map.entry(
                    "orrery.engine",
                    Set.of(
                            "orrery.model",
                            "orrery.kernel",
                            "orrery.token",
                            "orrery.tensor",
                            "orrery.spec",
                            "orrery.catalog",
                            "orrery.format")),
            Map.entry(
                    "orrery.measure",
                    Set.of(
                            "orrery.engine",
                            "orrery.report",
                            "orrery.model",
                            "orrery.kernel",
                            "orrery.tensor",
                            "orrery.spec",
                            "orrery.catalog")),
            Map.entry(
                    "orrery.atlas",
                    Set.of(
                            "orrery.catalog",
                            "orrery.report",
                            "orrery.report.compare",
                            "orrery.curve",
                            "orrery.draw",
                            "orrery.measure",
                            "orrery.kernel",
                            "orrery.spec",
                            "orrery.format")),
            Map.entry(
                    "orrery.convert",
                    Set.of(
                            "orrery.catalog",
                            "orrery.kernel",
                            "orrery.token",
                            "orrery.spec",
                            "orrery.format",
                            "orrery.quant",
                            "orrery.tensor")),
            Map.entry("orrery.draw", Set.of("orrery.spec", "orrery.report", "orrery.tensor")),
            Map.entry("orrery.draw.chart", Set.of("orrery.draw")),
            Map.entry(
                    "orrery.curve",
                    Set.of(
                            "orrery.draw",
                            "orrery.draw.chart",
                            "orrery.report",
                            "orrery.kernel",
                            "orrery.tensor",
                            "orrery.spec")),
            Map.entry("orrery.report.compare", Set.of("orrery.report", "orrery.spec", "orrery.tensor")),
            Map.entry(
                    "orrery.figures",
                    Set.of(
                            "orrery.catalog",
                            "orrery.report",
                            "orrery.report.compare",
                            "orrery.curve",
                            "orrery.draw",
                            "orrery.draw.chart",
                            "orrery.kernel",
                            "orrery.spec",
                            "orrery.tensor",
                            "orrery.format")),
            Map.entry(
                    "orrery.report",
                    Set.of("orrery.catalog", "orrery.spec", "orrery.tensor", "orrery.kernel", "orrery.model")));

    private static final String VECTOR_PACKAGE = "orrery.kernel.vector";
    private static final List<JavaClass> CLASSES = List.copyOf(
            new ClassFileImporter().importPath(Checkout.root().resolve(Path.of("core", "target", "classes"))));

    @Test
    void everyPackageIsInTheTable() {
        Set<String> packages = new TreeSet<>();
        CLASSES.forEach(type -> packages.add(type.getPackageName()));

        assertThat(packages).contains("orrery");
        packages.removeAll(MAY_IMPORT.keySet());
        assertThat(packages)
                .as("A new package needs a row here and in docs/design.md")
                .isEmpty();
    }

    @Test
    void everyImportIsInTheTable() {
        assertThat(CLASSES)
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream()
                        .filter(ImportTableTest::isForbidden)
                        .map(Dependency::getDescription)
                        .toList())
                .isEmpty();
    }

    @Test
    void onlyTheVectorPackageMentionsTheVectorApi() {
        assertThat(CLASSES)
                .filteredOn(type -> !type.getPackageName().equals(VECTOR_PACKAGE))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> packageOf(dependency).startsWith("jdk.incubator.vector"))
                        .map(Dependency::getDescription)
                        .toList())
                .isEmpty();
    }

    @Test
    void theTableNamesOnlyPackagesOfItsOwn() {
        assertThat(MAY_IMPORT.values())
                .allSatisfy(allowed -> assertThat(MAY_IMPORT.keySet()).containsAll(allowed));
    }

    private static boolean isForbidden(Dependency dependency) {
        String from = dependency.getOriginClass().getPackageName();
        String to = packageOf(dependency);
        boolean ours = to.equals("orrery") || to.startsWith("orrery.");
        return ours
                && !to.equals(from)
                && !to.equals("orrery")
                && !MAY_IMPORT.getOrDefault(from, Set.of()).contains(to);
    }

    /** The package that a dependency leads to; an array's is that of its elements. */
    private static String packageOf(Dependency dependency) {
        return dependency.getTargetClass().getBaseComponentType().getPackageName();
    }
}
