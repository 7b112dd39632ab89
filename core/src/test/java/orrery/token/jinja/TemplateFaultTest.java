package orrery.token.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Errors in a template, and errors while it runs, are reported in one exception type and with their place. */
@Timeout(120)
final class TemplateFaultTest {

    private static String render(String source, Map<String, Object> variables) {
        return Template.parse(source).render(variables, () -> LocalDateTime.of(2026, 7, 4, 9, 5));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            a\\n  {{ b ; 2 ; 3 ; this tag is not closed: expected '}}'
            {{ a b }} ; 1 ; 6 ; expected '}}', found 'b'
            a\\nb {% endif %} ; 2 ; 6 ; unknown tag 'endif'
            {% if x %}{% endfor %} ; 1 ; 14 ; expected '{% elif %}' or '{% else %}' or '{% endif %}' to close '{% if %}'
            {% if x %} ; 1 ; 11 ; expected '{% elif %}' or '{% else %}' or '{% endif %}' to close '{% if %}'
            {{ 'a }} ; 1 ; 4 ; this string is not closed: expected '
            {{ a ? b }} ; 1 ; 6 ; unexpected character '?'
            {{ x|nosuch }} ; 1 ; 6 ; there is no filter named 'nosuch'
            {{ x is nosuch }} ; 1 ; 9 ; there is no test named 'nosuch'
            \\n{{ none + 1 }} ; 2 ; 9 ; unsupported operand types for +: 'NoneType' and 'int'
            {{ a.b.c }} ; 1 ; 5 ; 'a' is undefined
            é😀{{ f() }} ; 1 ; 7 ; 'f' is undefined
            {% include 'x' %} ; 1 ; 4 ; 'include' is not possible
            {% for x in 5 %}{% endfor %} ; 1 ; 13 ; 'int' object is not iterable
            {# open ; 1 ; 1 ; this comment is not closed
            """)
    void namesWhatIsWrongAndWhere(String source, int line, int column, String message) {
        assertThatExceptionOfType(TemplateException.class)
                .isThrownBy(() -> render(source.replace("\\n", "\n"), Map.of()))
                .withMessageContaining(message)
                .satisfies(fault -> assertThat(fault.line()).isEqualTo(line))
                .satisfies(fault -> assertThat(fault.column()).isEqualTo(column));
    }

    @Test
    void neverReadsWhatStringsHoldAsTemplate() {
        assertThat(render("{{ x }}{{ [x] }}", Map.of("x", "{{ 1 }}{% raise %}{#")))
                .isEqualTo("{{ 1 }}{% raise %}{#['{{ 1 }}{% raise %}{#']");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
                "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
                "{% set ns = namespace(x='ab') %}{% for a in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
                "{% set ns = namespace(x=[1]) %}{% for a in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
                "{% set ns = namespace(x=[1]) %}{% for a in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x|tojson }}",
                "{% set ns = namespace(x=[1]) %}{% for a in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x == ns.x }}",
                "{% set ns = namespace(x=(1,)) %}{% for a in range(99) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}{{ {ns.x: 1} }}",
                "{% set ns = namespace(x=1) %}{% for a in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}",
                "{% set ns = namespace(x=1) %}{% for a in range(9999) %}{% set ns.x = [ns.x]|map('string') %}{% endfor %}{{ ns.x|list }}",
                "{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro m(a=m()) %}{% endmacro %}{{ m() }}",
                "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
                "{{ 'a' * 999999999999 }}",
                "{{ [1] * 999999999999 }}",
                "{{ '%999999999d' % 1 }}",
                "{{ '{:>999999999}'.format(1) }}",
                "{{ 'a'.center(999999999999) }}",
                "{{ 'a'|indent(999999999999, true) }}",
                "{{ [1]|tojson(indent=999999999999) }}",
                "{{ '\t'.expandtabs(999999999999) }}",
                "{{ [1]|batch(999999999999, 0)|list }}",
                "{{ range(9)|slice(999999999999)|list }}",
                "{{ 9 ** 9 ** 9 ** 9 ** 9 }}",
                "{{ '%.999999999f' % 1.0 }}",
                "{{ range(999999999999)|list }}",
                "{% set a = 'a' * 4000000 %}{{ ('a' * 2000000 ~ 'b') in a }}{{ a.rfind('a' * 1000000 ~ 'b') }}{{ 0/0 }}",
            })
    void stopsATemplateThatNeverWould(String source) {
        long start = System.nanoTime();
        assertThatThrownBy(() -> render(source, Map.of())).isInstanceOf(TemplateException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                "[",
                "{'a':",
                "-",
                "not ",
                "x[",
                "f(",
                "x|default(",
                "1 if 1 else ",
                "a + ",
                "a.b",
                "a|upper",
                "{% if 1 %}",
                "{{ {"
            })
    void survivesAHundredThousandLevels(String opening) throws Exception {
        String repeated = opening.repeat(100_000);
        String source = opening.startsWith("{%") ? repeated : "{{ " + repeated + "1 }}";
        AtomicReference<Throwable> thrown = new AtomicReference<>(new IllegalStateException("nothing was thrown"));
        Thread small = new Thread(
                null,
                () -> {
                    try {
                        render(source, Map.of("a", "x"));
                    } catch (Throwable e) {
                        thrown.set(e);
                    }
                },
                "small stack",
                512 * 1024);
        small.start();
        small.join();
        assertThat(thrown.get()).isInstanceOf(TemplateException.class);
    }

    @Test
    void refusesVariablesThatNoTemplateCanUse() {
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        assertThatThrownBy(() -> render("", Map.of("x", endless)))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("'x' is nested more than");
        assertThatThrownBy(() -> render("", Map.of("x", new Object())))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("'x' holds a java.lang.Object");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void givesNothingButItsOwnExceptionForMutatedTemplates(long seed) throws Exception {
        List<String> sources = new ArrayList<>();
        Map<String, Object> variables;
        try (InputStream in = TemplateFaultTest.class.getResourceAsStream("language.json")) {
            JsonNode root = JsonMapper.shared().readTree(in);
            root.get("cases").forEach(node -> sources.add(node.get("template").stringValue()));
            variables = new LinkedHashMap<>(JsonMapper.shared()
                    .convertValue(root.get("variables"), new TypeReference<Map<String, Object>>() {}));
        }
        SplittableRandom random = new SplittableRandom(seed);
        int rendered = 0;
        int refused = 0;
        for (int i = 0; i < 8_000; i++) {
            String source = mutated(sources, random);
            try {
                render(source, variables);
                rendered++;
            } catch (TemplateException e) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", template: " + source, e);
            }
        }
        assertThat(rendered).isGreaterThan(500);
        assertThat(refused).isGreaterThan(500);
    }

    private static String mutated(List<String> sources, SplittableRandom random) {
        StringBuilder source = new StringBuilder(pick(sources, random));
        for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
            int at = random.nextInt(source.length() + 1);
            switch (random.nextInt(5)) {
                case 0 -> source.delete(at, Math.min(source.length(), at + random.nextInt(1, 6)));
                case 1 -> source.insert(at, "{}[]()%-+*/|.,:'\"\\ \n~=<>!019".charAt(random.nextInt(28)));
                case 2 -> {
                    String other = pick(sources, random);
                    int from = random.nextInt(other.length() + 1);
                    source.insert(at, other, from, random.nextInt(from, other.length() + 1));
                }
                case 3 -> source.insert(at, pick(sources, random));
                default -> {
                    String[] names = {
                        " n ", " f ", " xs ", " d ", " no ", " uni ", " missing ", " big ", " people ", " t "
                    };
                    source.insert(at, names[random.nextInt(names.length)]);
                }
            }
        }
        return source.toString();
    }

    private static String pick(List<String> sources, SplittableRandom random) {
        return sources.get(random.nextInt(sources.size()));
    }
}
