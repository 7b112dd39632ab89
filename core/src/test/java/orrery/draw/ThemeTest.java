package orrery.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import orrery.draw.Theme.Scheme;

/** Contrasts as WCAG 2.1 defines and asks for them: 4.5 for text, 3 for lines that mean something. */
final class ThemeTest {
    @ParameterizedTest
    @EnumSource(Scheme.class)
    void textCanBeReadOnEveryColour(Scheme scheme) {
        for (String ground : new String[] {"paper", "panel"}) {
            assertThat(contrast(scheme, "ink", ground)).isGreaterThan(4.5);
            assertThat(contrast(scheme, "muted", ground)).isGreaterThan(4.5);
        }
        for (var role : Role.values()) {
            assertThat(contrast(scheme, "ink", role.style())).as(role.style()).isGreaterThan(4.5);
            assertThat(contrast(scheme, "muted", role.style())).as(role.style()).isGreaterThan(4.5);
            assertThat(contrast(scheme, role.style() + "-line", "paper"))
                    .as(role.style())
                    .isGreaterThan(3);
        }
        assertThat(contrast(scheme, "difference-line", "difference")).isGreaterThan(4.5);
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void aPageMaySetEveryColour(Scheme scheme) {
        Theme.properties(scheme)
                .forEach((name, colour) -> assertThat(Theme.css()).contains("var(" + name + "," + colour + ")"));
    }

    /** A program that knows no custom properties draws what is black by default otherwise. */
    @Test
    void everyColourIsSaidWithoutAProperty() {
        var coloured = Pattern.compile("(fill|stroke):var\\(--d-([a-z-]+)\\)");
        String css = Theme.css();

        assertThat(coloured.matcher(css).results())
                .hasSizeGreaterThan(20)
                .allSatisfy(found -> assertThat(css.substring(0, found.start()))
                        .endsWith(found.group(1) + ":"
                                + Theme.properties(Scheme.LIGHT).get("--orrery-" + found.group(2)) + ";"));
    }

    private static double contrast(Scheme scheme, String one, String other) {
        double first = luminance(scheme, one);
        double second = luminance(scheme, other);
        return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
    }

    private static double luminance(Scheme scheme, String name) {
        String colour = Objects.requireNonNull(Theme.properties(scheme).get("--orrery-" + name), name);
        double[] weights = {0.2126, 0.7152, 0.0722};
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double part = Integer.parseInt(colour.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
            sum += weights[i] * (part <= 0.03928 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
        }
        return sum;
    }
}
