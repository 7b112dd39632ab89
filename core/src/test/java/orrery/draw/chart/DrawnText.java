package orrery.draw.chart;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import orrery.draw.Diagram;
import orrery.draw.TextWidth;

/** A text of a drawing and the room that it takes at most. */
record DrawnText(String text, PlotArea box) {
    private static final double DESCENT = 0.22;
    private static final double ASCENT = 0.76;

    /** The drawing as XML; whatever is not well-formed throws. */
    static Document parse(Diagram diagram) {
        try {
            var factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(new InputSource(new StringReader(diagram.svg())));
        } catch (Exception e) {
            throw new AssertionError(diagram.title() + " is not well-formed: " + diagram.svg(), e);
        }
    }

    static List<DrawnText> of(Diagram diagram) {
        var found = new ArrayList<DrawnText>();
        var nodes = parse(diagram).getElementsByTagName("text");
        for (int i = 0; i < nodes.getLength(); i++) {
            found.add(of((Element) nodes.item(i)));
        }
        return found;
    }

    private static DrawnText of(Element element) {
        var styles = List.of(element.getAttribute("class").split(" "));
        double size = styles.contains("large") ? 15 : styles.contains("small") ? 11 : 12;
        String text = element.getTextContent();
        double wide = styles.contains("large") || styles.contains("strong")
                ? TextWidth.strong(text, size)
                : TextWidth.of(text, size);
        double x = Double.parseDouble(element.getAttribute("x"));
        double y = Double.parseDouble(element.getAttribute("y"));
        double left = styles.contains("middle") ? x - wide / 2 : styles.contains("end") ? x - wide : x;
        return new DrawnText(text, new PlotArea(left, y - ASCENT * size, left + wide, y + DESCENT * size));
    }
}
