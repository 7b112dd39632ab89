package orrery.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a drawing is written as. */
enum DrawnForm {
    SVG("svg"),
    PNG("png"),
    HTML("html"),
    MERMAID("mmd");

    private static final List<String> OTHERS =
            List.of(".pdf", ".jpg", ".jpeg", ".gif", ".webp", ".eps", ".ps", ".bmp", ".tif", ".tiff");

    private final String ending;

    DrawnForm(String ending) {
        this.ending = ending;
    }

    /** Of a file's name, without the point. */
    String ending() {
        return ending;
    }

    /** Whether its ending asks for a picture of a form that is not drawn. */
    static boolean isOther(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return OTHERS.stream().anyMatch(name::endsWith);
    }

    /** What a file's ending asks for. */
    static Optional<DrawnForm> of(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        for (var form : values()) {
            if (name.endsWith("." + form.ending)) {
                return Optional.of(form);
            }
        }
        return Optional.empty();
    }
}
