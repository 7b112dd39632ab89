package orrery.draw;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** A drawing as a reader's program sees it: parsed as XML, with the room that each text takes at most. */
final class Drawn {
    final Document document;

    private Drawn(Document document) {
        this.document = document;
    }

    static Drawn of(Diagram diagram) {
        return of(diagram.svg());
    }

    static Drawn of(String xml) {
        try {
            var factory = DocumentBuilderFactory.newDefaultNSInstance();
            return new Drawn(factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml))));
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A rectangle on the drawing. */
    record Area(String what, double left, double top, double right, double bottom) {
        boolean holds(Area other) {
            return left <= other.left && top <= other.top && right >= other.right && bottom >= other.bottom;
        }

        boolean overlaps(Area other) {
            return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
        }
    }

    static List<Element> all(Element within, String name) {
        var found = within.getElementsByTagName(name);
        var elements = new ArrayList<Element>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }

    Element root() {
        return document.getDocumentElement();
    }

    List<Element> all(String name) {
        return all(root(), name);
    }

    List<String> texts() {
        return all("text").stream().map(Element::getTextContent).toList();
    }

    static Set<String> classes(Element element) {
        return Set.of(element.getAttribute("class").split(" "));
    }

    /** The room of a text, by the estimate. */
    static Area area(Element text) {
        var classes = classes(text);
        double size = classes.contains("title")
                ? 20
                : classes.contains("large")
                        ? 15
                        : classes.contains("heading") ? 13 : classes.contains("small") ? 11 : 12;
        boolean strong = classes.contains("title")
                || classes.contains("large")
                || classes.contains("heading")
                || classes.contains("strong");
        String content = text.getTextContent();
        double width = strong ? TextWidth.strong(content, size) : TextWidth.of(content, size);
        double x = number(text, "x");
        double y = number(text, "y");
        double left = classes.contains("middle") ? x - width / 2 : classes.contains("end") ? x - width : x;
        return new Area(content, left, y - 0.75 * size, left + width, y + 0.2 * size);
    }

    static Area rectangle(Element element) {
        double x = number(element, "x");
        double y = number(element, "y");
        return new Area(
                element.getAttribute("class"), x, y, x + number(element, "width"), y + number(element, "height"));
    }

    static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    /** The straight pieces of all lines of the flow, as areas without width. */
    List<Area> flow() {
        var pieces = new ArrayList<Area>();
        for (var line : all("line")) {
            if (classes(line).contains("flow")) {
                piece(pieces, number(line, "x1"), number(line, "y1"), number(line, "x2"), number(line, "y2"));
            }
        }
        for (var path : all("path")) {
            if (classes(path).contains("flow")) {
                pieces(pieces, path.getAttribute("d").split(" "));
            }
        }
        return pieces;
    }

    private static void pieces(List<Area> pieces, String[] path) {
        double x = 0;
        double y = 0;
        for (int i = 0; i < path.length; i++) {
            switch (path[i]) {
                case "M", "L" -> {
                    x = Double.parseDouble(path[i + 1]);
                    y = Double.parseDouble(path[i + 2]);
                    i += 2;
                }
                case "H" -> {
                    double to = Double.parseDouble(path[++i]);
                    piece(pieces, x, y, to, y);
                    x = to;
                }
                case "V" -> {
                    double to = Double.parseDouble(path[++i]);
                    piece(pieces, x, y, x, to);
                    y = to;
                }
                case "Q" -> {
                    x = Double.parseDouble(path[i + 3]);
                    y = Double.parseDouble(path[i + 4]);
                    i += 4;
                }
                default -> throw new IllegalStateException("a flow's path has " + path[i]);
            }
        }
    }

    private static void piece(List<Area> pieces, double x1, double y1, double x2, double y2) {
        pieces.add(new Area(
                "line",
                Math.min(x1, x2) - 0.1,
                Math.min(y1, y2) - 0.1,
                Math.max(x1, x2) + 0.1,
                Math.max(y1, y2) + 0.1));
    }
}
