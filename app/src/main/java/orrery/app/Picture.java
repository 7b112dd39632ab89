package orrery.app;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.view.ViewBox;
import java.awt.Component;
import java.awt.GraphicsEnvironment;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.CommandException;
import orrery.draw.Diagram;
import orrery.draw.Theme;

/**
 * A drawing as a PNG, with two pixels per CSS pixel (192 dots per inch). It uses the font that a browser on this
 * machine would use.
 */
final class Picture {
    static final int SCALE = 2;

    private static final double MILLIMETRES_PER_PIXEL = 25.4 / (96 * SCALE);
    private static final String METADATA = "javax_imageio_1.0";

    private Picture() {}

    /** @throws CommandException if this Java has no fonts */
    static byte[] png(Diagram diagram, Theme.Scheme scheme) {
        System.setProperty("java.awt.headless", "true");
        try {
            return encoded(drawn(diagram, scheme));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (LinkageError e) {
            throw refusal(e); // a Java without its desktop module, or a system without its libraries
        }
    }

    private static BufferedImage drawn(Diagram diagram, Theme.Scheme scheme) {
        // JSVG knows fonts by Java's names, and has no intermediate weights.
        String svg = diagram.plain(scheme)
                .replace(Theme.FONTS, font())
                .replace("font-weight=\"600\"", "font-weight=\"bold\"");
        var document = document(svg);
        var image = new BufferedImage(SCALE * diagram.width(), SCALE * diagram.height(), BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            graphics.scale(SCALE, SCALE);
            document.render((@Nullable Component) null, graphics, new ViewBox(0, 0, diagram.width(), diagram.height()));
        } finally {
            graphics.dispose();
        }
        return image;
    }

    private static SVGDocument document(String svg) {
        var document = new SVGLoader()
                .load(
                        new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)),
                        null,
                        LoaderContext.createDefault());
        if (document == null) {
            throw new IllegalStateException("an internal drawing is not valid SVG");
        }
        return document;
    }

    private static CommandException refusal(Throwable cause) {
        return new CommandException(
                "no PNG can be made here: Java finds no fonts or lacks its drawing libraries (" + cause
                        + "); install fontconfig and a font such as DejaVu Sans, or use SVG",
                cause);
    }

    private static Set<String> fonts() {
        try {
            return Set.of(GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames());
        } catch (RuntimeException | InternalError e) {
            throw refusal(e); // how a system without fonts fails depends on the version of Java
        }
    }

    /** The first of the drawings' fonts that is installed, as in a browser. */
    private static String font() {
        var here = fonts();
        return Stream.of(Theme.FONTS.split(", "))
                .map(name -> name.replace("'", ""))
                .filter(here::contains)
                .findFirst()
                .orElse("SansSerif");
    }

    private static byte[] encoded(BufferedImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        try {
            var metadata = writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), null);
            setSize(metadata);
            var bytes = new ByteArrayOutputStream();
            try (var out = ImageIO.createImageOutputStream(bytes)) {
                writer.setOutput(out);
                writer.write(new IIOImage(image, null, metadata));
            }
            return bytes.toByteArray();
        } finally {
            writer.dispose();
        }
    }

    /** So that a document shows it at the SVG's size. */
    private static void setSize(IIOMetadata metadata) throws IOException {
        var dimension = new IIOMetadataNode("Dimension");
        for (String side : new String[] {"HorizontalPixelSize", "VerticalPixelSize"}) {
            var size = new IIOMetadataNode(side);
            size.setAttribute("value", Double.toString(MILLIMETRES_PER_PIXEL));
            dimension.appendChild(size);
        }
        var root = new IIOMetadataNode(METADATA);
        root.appendChild(dimension);
        metadata.mergeTree(METADATA, root);
    }
}
