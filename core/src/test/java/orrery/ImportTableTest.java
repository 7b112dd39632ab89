package orrery;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares the imports of every package with the table in docs/design.md, section 2. */
final class ImportTableTest {
    /** {@code | `orrery.quant` | the block formats | tensor |} */
    private static final Pattern ROW = Pattern.compile("^\\| `(orrery[\\w.]*)` \\|[^|]*\\|([^|]*)\\|$");

    private static final String VECTOR_PACKAGE = "orrery.kernel.vector";

    /** Each package, and the Orrery packages that it may import; all may import {@code orrery} and themselves. */
    private static final Map<String, Set<String>> MAY_IMPORT = table();

    /** The main classes of core. */
    private static final List<JavaClass> CLASSES = List.copyOf(new ClassFileImporter()
            .importUrl(
                    OrreryException.class.getProtectionDomain().getCodeSource().getLocation()));

    private static Map<String, Set<String>> table() {
        var table = new LinkedHashMap<String, Set<String>>();
        Checkout.text(Checkout.root().resolve(Path.of("docs", "design.md")))
                .lines()
                .map(ROW::matcher)
                .filter(row -> row.matches())
                .forEach(row -> assertThat(table.put(row.group(1), packages(row.group(2))))
                        .as("the table has one row for %s", row.group(1))
                        .isNull());
        return table;
    }

    /** The names in a cell, which omit {@code orrery.}, or {@code nothing}. */
    private static Set<String> packages(String cell) {
        var packages = new TreeSet<String>();
        if (!cell.strip().equals("nothing")) {
            for (String name : cell.split(",")) {
                packages.add("orrery." + name.strip());
            }
        }
        return packages;
    }

    /** The Orrery packages that each package imports. */
    private static Map<String, Set<String>> imports() {
        var imports = new TreeMap<String, Set<String>>();
        for (JavaClass type : CLASSES) {
            var own = imports.computeIfAbsent(type.getPackageName(), _ -> new TreeSet<>());
            type.getDirectDependenciesFromSelf().stream()
                    .map(ImportTableTest::packageOf)
                    .filter(name -> name.startsWith("orrery.") && !name.equals(type.getPackageName()))
                    .forEach(own::add);
        }
        return imports;
    }

    @Test
    void thePackagesAreThoseOfTheTable() {
        assertThat(MAY_IMPORT).containsKeys("orrery", VECTOR_PACKAGE);
        assertThat(imports().keySet())
                .as("a package has a row in docs/design.md, and a row a package")
                .isEqualTo(new TreeSet<>(MAY_IMPORT.keySet()));
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
    void everyPermissionOfTheTableIsUsed() {
        var unused = imports();
        unused.replaceAll((name, used) -> difference(MAY_IMPORT.getOrDefault(name, Set.of()), used));
        unused.values().removeIf(Set::isEmpty);

        assertThat(unused).as("what packages may import and do not").isEmpty();
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

    private static Set<String> difference(Set<String> all, Set<String> without) {
        var rest = new TreeSet<>(all);
        rest.removeAll(without);
        return rest;
    }

    private static boolean isForbidden(Dependency dependency) {
        String from = dependency.getOriginClass().getPackageName();
        String to = packageOf(dependency);
        return to.startsWith("orrery.")
                && !to.equals(from)
                && !MAY_IMPORT.getOrDefault(from, Set.of()).contains(to);
    }

    /** The package of a dependency's target; for an array, that of its elements. */
    private static String packageOf(Dependency dependency) {
        return dependency.getTargetClass().getBaseComponentType().getPackageName();
    }
}
