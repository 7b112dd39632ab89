package orrery.lab.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;

/**
 * The lexicon of the Jargon File 4.4.7 of 29 December 2003, which is in the public domain: 1.4 MB of English in UTF-8.
 * Its source is described beside it, in {@code jargon.md}.
 */
public final class JargonFile {
    /** By this name it is trained on. */
    public static final String NAME = "jargon";

    private JargonFile() {}

    /** All of it. */
    public static byte[] bytes() {
        try (var in = JargonFile.class.getResourceAsStream("jargon.txt.gz")) {
            if (in == null) {
                throw new IllegalStateException("the Jargon File is missing from this build");
            }
            try (var text = new GZIPInputStream(in)) {
                return text.readAllBytes();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
