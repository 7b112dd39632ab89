package orrery.app;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What a drawing is written as. */
enum DrawnForm {
    SVG("svg"),
    PNG("png"),
    HTML("html"),
    MERMAID("mmd");

    private final String ending;

    DrawnForm(String ending) {
        this.ending = ending;
    }

    /** Of a file's name, without the point. */
    String ending() {
        return ending;
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
