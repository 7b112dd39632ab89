package orrery.figures;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import orrery.format.OwnDirectory;

/** Figures as a folder of SVG files with a page that shows them, complete or not at all. */
public final class FigureFolder {
    private static final Pattern DRAWING = Pattern.compile("\\d\\d-[a-z0-9-]+\\.svg");
    private static final String PAGE = "index.html";
    private static final OwnDirectory FOLDER = new OwnDirectory(
            "a folder of figures",
            ".orrery-figures",
            "orrery figures",
            name -> name.equals(PAGE) || DRAWING.matcher(name).matches());

    private FigureFolder() {}

    /** What was written: the drawings in order, the page, and the bytes of all. */
    public record Written(List<Path> drawings, Path page, long bytes) {
        public Written {
            drawings = List.copyOf(drawings);
        }
    }

    /**
     * Writes figures.
     *
     * @param directory where they are to be; its parent has to exist
     * @param replace whether a folder of figures that is there may be replaced as a whole; anything else that is not
     *     empty is never touched
     * @param atlas the address of the atlas as the page sees it, for links to models and mechanisms
     * @throws orrery.format.FormatException if something else is there, or nothing can be written
     */
    public static Written write(Path directory, List<Figure> figures, boolean replace, Optional<String> atlas) {
        var files = new LinkedHashMap<String, String>();
        for (var figure : figures) {
            figure.panels()
                    .forEach(panel ->
                            files.put(figure.file(panel), panel.diagram().svg()));
        }
        var drawings = files.keySet().stream().map(directory::resolve).toList();
        files.put(PAGE, FigurePage.of(figures, atlas));
        files.put(FOLDER.marker(), FOLDER.mark());
        long[] bytes = new long[1];
        FOLDER.write(
                directory, replace, place -> files.forEach((name, text) -> bytes[0] += put(place.resolve(name), text)));
        return new Written(drawings, directory.resolve(PAGE), bytes[0]);
    }

    private static long put(Path file, String text) {
        try {
            Files.writeString(file, text);
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
