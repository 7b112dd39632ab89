package orrery.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.format.FormatException;

final class FigureFolderTest {
    @TempDir
    private Path folder;

    private final List<Figure> two = List.of(Figures.numbered(4), Figures.numbered(8));

    @Test
    void holdsADrawingAFileAndAPageWithAllOfThem() throws IOException {
        var place = folder.resolve("figures");

        var written = FigureFolder.write(place, two, false, Optional.empty());

        assertThat(written.drawings())
                .containsExactly(
                        place.resolve("04-kv-cache-computed.svg"),
                        place.resolve("04-kv-cache-published.svg"),
                        place.resolve("04-kv-cache-tiny-models.svg"),
                        place.resolve("08-norm-placement.svg"));
        String page = Files.readString(written.page());
        for (var drawing : written.drawings()) {
            assertThat(page).contains(Files.readString(drawing)).contains("<a href=\"" + drawing.getFileName() + "\">");
        }
        assertThat(page)
                .contains("<figure id=\"figure-4\">", "<strong>Figure 8. Norm placement.</strong>")
                .contains("prefers-color-scheme: dark")
                .doesNotContain("<script", "<link", " src=", "http://www.w3.org/1999");
        try (var entries = Files.list(folder)) {
            assertThat(entries).containsExactly(place);
        }
    }

    @Test
    void isReplacedAsAWholeWhenAskedFor() throws IOException {
        var place = folder.resolve("figures");
        FigureFolder.write(place, two, false, Optional.empty());

        assertThatThrownBy(() -> FigureFolder.write(place, two, false, Optional.empty()))
                .isInstanceOf(FormatException.class);
        FigureFolder.write(place, List.of(Figures.numbered(2)), true, Optional.empty());

        try (var entries = Files.list(place)) {
            assertThat(entries.map(entry -> entry.getFileName().toString()))
                    .containsExactlyInAnyOrder(".orrery-figures", "02-mha-gqa.svg", "index.html");
        }
    }

    @Test
    void neverReplacesWhatAPersonKeeps() throws IOException {
        var notes = Files.createDirectory(folder.resolve("notes"));
        Files.writeString(notes.resolve("note.txt"), "mine");
        var place = folder.resolve("figures");
        FigureFolder.write(place, two, false, Optional.empty());
        Files.writeString(place.resolve("my own.svg"), "mine");

        assertThatThrownBy(() -> FigureFolder.write(notes, two, true, Optional.empty()))
                .hasMessage(notes + " is not empty and holds no .orrery-figures; only a folder of figures, or an empty"
                        + " directory, is replaced");
        assertThatThrownBy(() -> FigureFolder.write(place, two, true, Optional.empty()))
                .hasMessage(place + " holds my own.svg, which does not belong to a folder of figures and would be"
                        + " deleted; move it away first");
        assertThat(notes.resolve("note.txt")).hasContent("mine");
        assertThat(place.resolve("my own.svg")).hasContent("mine");
    }

    @Test
    void anEmptyDirectoryIsTaken() throws IOException {
        var place = Files.createDirectory(folder.resolve("empty"));

        FigureFolder.write(place, two, false, Optional.empty());

        assertThat(place.resolve("index.html")).exists();
    }
}
