package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import orrery.app.terminal.CommandException;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.draw.BlockDiagram;
import orrery.draw.Diagram;
import orrery.draw.TextWidth;
import orrery.draw.Theme.Scheme;

/** Drawings as PNG: as large as they should be, with every box and every text where the SVG has it. */
final class PictureTest {
    private static Stream<String> releases() {
        return Catalog.releases().stream().map(Release::name);
    }

    @BeforeAll
    static void thereAreLetters() {
        try {
            Picture.png(BlockDiagram.of(Catalog.describe("gpt2").spec()), Scheme.LIGHT);
        } catch (CommandException e) {
            abort(String.valueOf(e.getMessage()));
        }
    }

    /** A filled rectangle, in CSS pixels. */
    private record Ground(double x, double y, double width, double height, String fill) {
        boolean holds(double px, double py) {
            return px > x && px < x + width && py > y && py < y + height;
        }
    }

    @ParameterizedTest
    @MethodSource("releases")
    void everyReleaseIsDrawnWithItsBoxesAndTexts(String release) throws Exception {
        var diagram = BlockDiagram.of(Catalog.describe(release).spec());
        var scheme = release.length() % 2 == 0 ? Scheme.LIGHT : Scheme.DARK;

        var image = ImageIO.read(new ByteArrayInputStream(Picture.png(diagram, scheme)));

        assertThat(image.getWidth()).isEqualTo(2 * diagram.width());
        assertThat(image.getHeight()).isEqualTo(2 * diagram.height());
        var svg = parsed(diagram, scheme);
        var grounds = grounds(diagram, svg);
        assertThat(grounds).hasSizeGreaterThan(6);
        for (var ground : grounds) {
            // Beside the left edge, where no text begins.
            double x = ground.x() + Math.min(3, ground.width() / 2);
            double y = ground.y() + ground.height() / 2;
            String upper = grounds.stream()
                    .filter(one -> one.holds(x, y))
                    .reduce((_, last) -> last)
                    .orElse(ground)
                    .fill();
            assertThat(colour(image, x, y)).as("at %s, %s", x, y).isEqualTo(upper);
        }
        for (var text : elements(svg, "text")) {
            checkText(image, text);
        }
    }

    /** That it has ink in its colour, and is no wider than what boxes leave room for. */
    private static void checkText(BufferedImage image, Element text) {
        String words = text.getTextContent();
        double size = Double.parseDouble(text.getAttribute("font-size").replace("px", ""));
        boolean strong = text.getAttribute("font-weight").equals("600");
        double most = strong ? TextWidth.strong(words, size) : TextWidth.of(words, size);
        double x = number(text, "x")
                - switch (text.getAttribute("text-anchor")) {
                    case "middle" -> most / 2;
                    case "end" -> most;
                    default -> 0;
                };
        double y = number(text, "y");
        int ink = Integer.parseInt(text.getAttribute("fill").substring(1), 16);
        var columns = IntStream.range((int) (2 * x) - 1, (int) (2 * (x + most)) + 2)
                .filter(column -> column >= 0 && column < image.getWidth())
                .filter(column -> IntStream.range((int) (2 * (y - size * 0.75)), (int) (2 * y) + 1)
                        .filter(row -> row >= 0)
                        .anyMatch(row -> near(image.getRGB(column, row), ink)))
                .toArray();
        assertThat(columns).as(words).hasSizeGreaterThan(words.length() / 2);
    }

    private static boolean near(int one, int other) {
        return IntStream.of(0, 8, 16).allMatch(shift -> Math.abs((one >> shift & 255) - (other >> shift & 255)) < 70);
    }

    private static List<Ground> grounds(Diagram diagram, Element svg) {
        var grounds = new ArrayList<Ground>();
        for (var rectangle : elements(svg, "rect")) {
            String fill = rectangle.getAttribute("fill");
            boolean whole = rectangle.getAttribute("width").equals("100%");
            boolean plain = !fill.equals("none")
                    && !rectangle.hasAttribute("fill-opacity")
                    && (whole || (number(rectangle, "width") > 14 && number(rectangle, "height") > 8));
            if (plain) {
                grounds.add(
                        whole
                                ? new Ground(0, 0, diagram.width(), diagram.height(), fill)
                                : new Ground(
                                        number(rectangle, "x"),
                                        number(rectangle, "y"),
                                        number(rectangle, "width"),
                                        number(rectangle, "height"),
                                        fill));
            }
        }
        return grounds;
    }

    private static String colour(BufferedImage image, double x, double y) {
        return String.format("#%06x", image.getRGB((int) (2 * x), (int) (2 * y)) & 0xffffff);
    }

    private static double number(Element element, String name) {
        return element.hasAttribute(name) ? Double.parseDouble(element.getAttribute(name)) : 0;
    }

    private static List<Element> elements(Element svg, String name) {
        var found = svg.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .toList();
    }

    private static Element parsed(Diagram diagram, Scheme scheme) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(diagram.plain(scheme))))
                .getDocumentElement();
    }
}
