package orrery.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewDirectoryTest {
    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void makeAModel() throws IOException {
        model = Files.createDirectory(folder.resolve("model"));
        Files.writeString(model.resolve("config.json"), "old");
        Files.writeString(model.resolve("model.safetensors"), "old");
    }

    private static void fill(Path directory) {
        try {
            Files.writeString(directory.resolve("config.json"), "new");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long entries() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.count();
        }
    }

    @Test
    void replacesAModelAndLeavesNothingBeside() throws IOException {
        NewDirectory.write(model, true, NewDirectoryTest::fill);
        assertThat(model.resolve("config.json")).hasContent("new");
        assertThat(model.resolve("model.safetensors")).doesNotExist();
        assertThat(entries()).isEqualTo(1);
    }

    @Test
    void keepsAModelThatIsNotToBeReplaced() {
        assertThatThrownBy(() -> NewDirectory.write(model, false, NewDirectoryTest::fill))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("exists already");
        assertThat(model.resolve("config.json")).hasContent("old");
    }

    @Test
    void deletesNothingThatBelongsToNoModel() throws IOException {
        Files.writeString(model.resolve("thesis.docx"), "years of work");
        assertThatThrownBy(() -> NewDirectory.write(model, true, NewDirectoryTest::fill))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("holds thesis.docx, which is not part of a model");
        Files.delete(model.resolve("thesis.docx"));
        Files.createDirectory(model.resolve("photos.json"));
        assertThatThrownBy(() -> NewDirectory.write(model, true, NewDirectoryTest::fill))
                .hasMessageContaining("holds photos.json, which is not part of a model");
        assertThat(model.resolve("config.json")).hasContent("old");
        assertThat(entries()).isEqualTo(1);
    }

    @Test
    void saysWhyTheSystemRefusesAFile() throws IOException {
        assertThatThrownBy(() -> NewDirectory.write(model, true, directory -> {
                    fill(directory);
                    throw new UncheckedIOException(new FileSystemException("a", null, "No space left on device"));
                }))
                .isInstanceOf(FormatException.class)
                .hasMessage("could not write " + model + ": No space left on device");
        assertThat(model.resolve("config.json")).hasContent("old");
        assertThat(entries()).isEqualTo(1);
    }

    @Test
    void leavesTheOldModelWhenFillingFails() throws IOException {
        assertThatThrownBy(() -> NewDirectory.write(model, true, directory -> {
                    fill(directory);
                    throw new FormatException("no more");
                }))
                .hasMessage("no more");
        assertThat(model.resolve("config.json")).hasContent("old");
        assertThat(entries()).isEqualTo(1);
    }

    /** A process that has ended, and files that it may have left. */
    private Path leftover(String name, String suffix) throws Exception {
        var process = new ProcessBuilder("true").start();
        var start = process.info().startInstant().orElse(Instant.now());
        process.waitFor();
        return folder.resolve(
                name + "." + process.pid() + "-" + start.getEpochSecond() + "-" + UUID.randomUUID() + suffix);
    }

    @Test
    void removesWhatAProcessLeftThatWasKilledAndNothingElse() throws Exception {
        var left = Files.createDirectory(leftover(".model", ".new"));
        Files.writeString(left.resolve("config.json"), "half");
        var before = Files.createDirectory(leftover(".model", ".old"));
        var running = Files.createDirectory(Leftover.beside(folder.resolve(".model"), ".new"));
        var another = Files.createDirectory(leftover(".model2", ".new"));
        NewDirectory.write(model, true, NewDirectoryTest::fill);
        assertThat(left).doesNotExist();
        assertThat(before).doesNotExist();
        assertThat(running).exists();
        assertThat(another).exists();
        assertThat(model.resolve("config.json")).hasContent("new");
    }

    @Test
    void givesBackADirectoryThatAKilledProcessHadSetAside() throws Exception {
        Files.move(model, leftover(".model", ".old"));
        assertThatThrownBy(() -> NewDirectory.write(model, false, NewDirectoryTest::fill))
                .hasMessageContaining("exists already");
        assertThat(model.resolve("config.json")).hasContent("old");
        assertThat(entries()).isEqualTo(1);
    }

    @Test
    void aFileRemovesWhatAKilledWriterOfItLeft() throws Exception {
        var file = folder.resolve("a.gguf");
        var left = Files.writeString(leftover("a.gguf", ".tmp"), "half");
        var running = Files.writeString(Leftover.beside(file, ".tmp"), "half");
        var another = Files.writeString(leftover("b.gguf", ".tmp"), "half");
        var reused = Files.writeString(
                folder.resolve("a.gguf." + ProcessHandle.current().pid() + "-1-" + UUID.randomUUID() + ".tmp"), "half");
        NewFile.write(file, "whole");
        assertThat(file).hasContent("whole");
        assertThat(left).doesNotExist();
        assertThat(reused).as("by a process of the same number, long ago").doesNotExist();
        assertThat(running).exists();
        assertThat(another).exists();
    }

    @Test
    void doesNotFollowALinkToReplaceWhatItNames() throws IOException {
        var link = Files.createSymbolicLink(folder.resolve("link"), model);
        assertThatThrownBy(() -> NewDirectory.write(link, true, NewDirectoryTest::fill))
                .hasMessageContaining("is not a directory");
        assertThat(model.resolve("config.json")).hasContent("old");
    }
}
