package orrery;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The packages that orrery.core's module-info exports to all modules. */
final class PublicFaceTest {
    private static final Pattern EXPORTS = Pattern.compile("exports ([\\w.]+);");
    private static final Pattern CODE = Pattern.compile("`(orrery[\\w.]*)`");

    /**
     * Exported types of these packages are only for the command line: readers of files, kernels, bound weights, chart
     * parts.
     */
    private static final Set<String> OWN_USE =
            Set.of("orrery.format", "orrery.kernel", "orrery.model", "orrery.draw.chart");

    private static final Set<String> EXPORTED = names(
            EXPORTS,
            Checkout.text(Checkout.root().resolve(Path.of("core", "src", "main", "java", "module-info.java"))));

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theReadmeNamesEveryExportedPackage() {
        String readme = Checkout.text(Checkout.root().resolve("README.md"));
        int begin = readme.indexOf("exports these packages, and no others:");
        String sentence = readme.substring(begin, readme.indexOf("Everything else", begin));

        assertThat(names(CODE, sentence)).isEqualTo(EXPORTED);
    }

    @Test
    void noExportedTypeSpeaksOfOneThatIsNotExported() {
        JavaClasses classes = new ClassFileImporter()
                .importUrl(OrreryException.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation());
        List<String> hidden = new ArrayList<>();
        for (JavaClass type : classes) {
            if (EXPORTED.contains(type.getPackageName()) && isPublic(type)) {
                for (JavaCodeUnit member : type.getCodeUnits()) {
                    if (member.getModifiers().contains(JavaModifier.PUBLIC)) {
                        spokenOf(member)
                                .filter(PublicFaceTest::isHidden)
                                .forEach(other -> hidden.add(member.getFullName() + " speaks of " + other.getName()));
                    }
                }
            }
        }
        assertThat(classes).isNotEmpty();
        assertThat(hidden).isEmpty();
    }

    private static Stream<JavaClass> spokenOf(JavaCodeUnit member) {
        return Stream.concat(member.getParameterTypes().stream(), Stream.of(member.getReturnType()))
                .flatMap(type -> type.getAllInvolvedRawTypes().stream())
                .map(JavaClass::getBaseComponentType);
    }

    private static boolean isHidden(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith("orrery") && !OWN_USE.contains(name) && !(EXPORTED.contains(name) && isPublic(type));
    }

    /** Including every type that it is nested in. */
    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(PublicFaceTest::isPublic).orElse(true);
    }
}
