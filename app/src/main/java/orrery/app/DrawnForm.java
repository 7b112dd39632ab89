package orrery.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The format of a drawing. */
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

    /** The file extension, without the dot. */
    String ending() {
        return ending;
    }

    /** Whether a file's extension is that of an unsupported picture format. */
    static boolean isOther(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return OTHERS.stream().anyMatch(name::endsWith);
    }

    /** The format of a file's extension. */
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
