package orrery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules for the whole repository that no compiler checks. */
final class HouseRulesTest {
    private static final int MOST_LINES = 400;
    private static final int MOST_TEXT_BYTES = 4 << 20;

    /**
     * Home directories, mounts and work folders of one machine; system folders ({@code /usr/lib/jvm}) are the same on
     * all.
     */
    private static final Pattern MACHINE_PATH =
            Pattern.compile("(?<![\\w.$}~*/-])(/(?:work|root|home|Users|mnt|media)/[\\w.][\\w./-]*)");

    /**
     * A test for the type of an operation, which should be a method of the operation: {@code op instanceof Latent},
     * {@code Experts.class::isInstance}.
     */
    private static final Pattern ASKS_FOR_AN_OPERATION = Pattern.compile(
            "instanceof (?:final )?(?:Op\\.(?:Attention|Mlp)|GroupedQuery|Latent|FeedForward|Experts)\\b(?!\\.)"
                    + "|\\b(?:GroupedQuery|Latent|FeedForward|Experts)\\.class\\b");

    /**
     * Where operations are defined and run, and where files and configs are read and written. {@code orrery.convert} is
     * the counterpart of the readers of GGUF in {@code orrery.catalog}.
     */
    private static final Pattern MAY_ASK = Pattern.compile("orrery/(?:spec|model)/|orrery/catalog/(?:Gguf|\\w+Family)");

    private static final int WIDEST_COMMENT = 120;
    private static final Pattern COMMENT = Pattern.compile("\\s*(?:/\\*\\*|\\*|//)");

    private static final Pattern PROVIDES = Pattern.compile("\\bprovides\\s+([\\w.]+)\\s+with\\s+([\\w.,\\s]+);");

    @Test
    void noJavaFileHasMoreThanFourHundredLines() {
        List<Path> sources =
                Checkout.files().stream().filter(HouseRulesTest::isJava).toList();

        assertThat(sources).isNotEmpty();
        assertThat(sources)
                .filteredOn(source -> Checkout.text(source).lines().count() > MOST_LINES)
                .isEmpty();
    }

    @Test
    void noCommentIsWiderThanAHundredAndTwentyColumns() {
        assertThat(Checkout.files().stream().filter(HouseRulesTest::isJava).toList())
                .isNotEmpty()
                .flatMap(source -> Checkout.text(source)
                        .lines()
                        .filter(line -> line.length() > WIDEST_COMMENT
                                && COMMENT.matcher(line).lookingAt())
                        .map(line -> source + " says " + line)
                        .toList())
                .isEmpty();
    }

    /** If two classes share a name, a reader has to open both. */
    @Test
    void noTwoClassesShareAName() {
        var byName = Checkout.files().stream()
                .filter(HouseRulesTest::isJava)
                .filter(source -> source.toUri().getPath().contains("/src/main/"))
                .filter(source -> !source.getFileName().toString().endsWith("-info.java"))
                .collect(Collectors.groupingBy(source -> String.valueOf(source.getFileName())));

        assertThat(byName).hasSizeGreaterThan(100);
        assertThat(byName.values()).filteredOn(same -> same.size() > 1).isEmpty();
    }

    @Test
    void noTextFileHoldsAPathOfOneMachine() {
        List<Path> texts =
                Checkout.files().stream().filter(HouseRulesTest::isText).toList();

        assertThat(texts).isNotEmpty();
        assertThat(texts)
                .flatMap(file -> MACHINE_PATH
                        .matcher(Checkout.text(file))
                        .results()
                        .map(found -> file + " holds " + found.group())
                        .toList())
                .isEmpty();
    }

    /** The launcher uses the class path, where {@code ServiceLoader} does not read {@code module-info}. */
    @Test
    void whatAModuleProvidesIsNamedInMetaInfAsWell() {
        Stream<Path> modules = Checkout.files().stream().filter(file -> file.endsWith("module-info.java"));

        assertThat(modules)
                .isNotEmpty()
                .allSatisfy(module -> PROVIDES.matcher(withoutComments(Checkout.text(module)))
                        .results()
                        .forEach(provides -> assertThat(servicesFile(module, provides.group(1)))
                                .as("%s provides %s", module, provides.group(1))
                                .isEqualTo(names(provides.group(2).split(",")))));
    }

    @Test
    void theLauncherAndTheTestsCanBeRun() {
        assertThat(Stream.of("orrery", "test", "mvnw", ".ci/run"))
                .allSatisfy(name -> assertThat(Checkout.root().resolve(name)).isExecutable());
    }

    /** A switch over all operations is allowed, because the compiler reports it when an operation is added. */
    @Test
    void operationsAreAskedAndNotTestedForTheirTypes() {
        List<Path> sources = Checkout.files().stream()
                .filter(HouseRulesTest::isJava)
                .filter(source -> source.toString()
                        .contains("src" + source.getFileSystem().getSeparator() + "main"))
                .filter(source -> !MAY_ASK.matcher(source.toUri().getPath()).find())
                .toList();

        assertThat(sources).hasSizeGreaterThan(100);
        assertThat(sources)
                .flatMap(source -> ASKS_FOR_AN_OPERATION
                        .matcher(withoutComments(Checkout.text(source)))
                        .results()
                        .map(found -> source + " says " + found.group())
                        .toList())
                .isEmpty();
    }

    private static boolean isJava(Path file) {
        return file.getFileName().toString().endsWith(".java");
    }

    /** Small and without a zero byte, which weights are not. */
    private static boolean isText(Path file) {
        return file.toFile().length() <= MOST_TEXT_BYTES && Checkout.text(file).indexOf('\0') < 0;
    }

    private static String withoutComments(String source) {
        return source.replaceAll("(?s)/\\*.*?\\*/|//[^\\n]*", "");
    }

    private static Set<String> servicesFile(Path module, String service) {
        Path file = module.resolve(Path.of("..", "..", "resources", "META-INF", "services", service))
                .normalize();
        assertThat(Files.exists(file)).as("%s exists", file).isTrue();
        return names(Checkout.text(file).replaceAll("#[^\\n]*", "").split("\\n"));
    }

    private static Set<String> names(String[] entries) {
        Set<String> names = new TreeSet<>();
        for (String entry : entries) {
            if (!entry.isBlank()) {
                names.add(entry.strip());
            }
        }
        return names;
    }

    /** A scope of its own would win over the server's, and the command line would lack the library at run time. */
    @Test
    void theCommandLineKeepsWhatTheServerNeedsAtRunTime() {
        var dependency = Pattern.compile("<artifactId>([^<]+)</artifactId>(?:<scope>(\\w+)</scope>)?</dependency>");
        var needed = dependency
                .matcher(Checkout.text(Checkout.root().resolve(Path.of("server", "pom.xml"))))
                .results()
                .filter(found -> found.group(2) == null)
                .map(found -> found.group(1))
                .toList();
        var narrowed = dependency
                .matcher(Checkout.text(Checkout.root().resolve(Path.of("app", "pom.xml"))))
                .results()
                .filter(found -> found.group(2) != null)
                .map(found -> found.group(1))
                .toList();

        assertThat(needed).contains("vertx-core", "jackson-databind");
        assertThat(narrowed).doesNotContainAnyElementsOf(needed);
    }
}
