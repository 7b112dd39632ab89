package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder whose models are served by their names, also those that come later. */
class ModelFolderTest {
    @TempDir
    private Path folder;

    private ServerFixture serving() {
        return ServerFixture.start(
                ModelSources.of(List.of()).withFolder(folder, Scripts.options()).withMost(1), options -> options);
    }

    private static List<String> names(ServerFixture fixture) {
        return fixture.get("/v1/models")
                .json()
                .path("data")
                .valueStream()
                .map(model -> model.path("id").asString())
                .toList();
    }

    @Test
    void isServedAsItIsAtEachMoment() throws IOException {
        try (var fixture = serving()) {
            assertThat(fixture.get("/ready").status()).isIn(200, 503);
            assertThat(names(fixture)).isEmpty();
            var nothing = fixture.post("/v1/completions", "{\"model\":\"x\",\"prompt\":[5]}");
            assertThat(nothing.status()).isEqualTo(404);
            assertThat(nothing.body()).contains("the model folder is empty");

            var scripts = new Scripts(folder).with("second").with("first");
            assertThat(names(fixture)).containsExactly("first", "second");
            var first = fixture.get("/v1/models/first").json();
            assertThat(first.at("/status/value").asString()).isEqualTo("unloaded");
            assertThat(first.path("max_model_len").asInt()).isEqualTo(4096);
            assertThat(first.path("architecture").asString()).isEqualTo("GPT-1 and 2");
            assertThat(first.path("chat").asBoolean()).isTrue();
            scripts.ask(fixture, "first");
            assertThat(fixture.get("/v1/models/first")
                            .json()
                            .at("/status/value")
                            .asString())
                    .isEqualTo("loaded");

            // Without a listing in between.
            scripts.with("third");
            scripts.ask(fixture, "third");
            assertThat(Scripts.loaded(fixture, "third")).isTrue();
            assertThat(Scripts.loaded(fixture, "first")).isFalse();

            delete(scripts.path("second"));
            assertThat(names(fixture)).containsExactly("first", "third");
            assertThat(fixture.post("/v1/completions", scripts.question("second"))
                            .status())
                    .isEqualTo(404);
            scripts.with("second");
            scripts.ask(fixture, "second");
        }
    }

    @Test
    void aDirectoryThatCannotBeReadDoesNotHideTheOthers() throws IOException {
        var scripts = new Scripts(folder).with("open").with("closed");
        var closed = scripts.path("closed");
        var before = Files.getPosixFilePermissions(closed);
        // Its config can be opened by name, but its files cannot be listed.
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("--x------"));
        try (var fixture = serving()) {
            assumeTrue(!Files.isReadable(closed), "the superuser may read everything");
            assertThat(names(fixture)).containsExactly("open");
            scripts.ask(fixture, "open");
        } finally {
            Files.setPosixFilePermissions(closed, before);
        }
    }

    @Test
    void aFolderThatIsGoneForAWhileIsA503UntilItIsBack() throws IOException {
        var models = Files.createDirectory(folder.resolve("models"));
        var scripts = new Scripts(models).with("one");
        var away = folder.resolve("away");
        try (var fixture = ServerFixture.start(
                ModelSources.of(List.of()).withFolder(models, Scripts.options()), options -> options)) {
            assertThat(names(fixture)).containsExactly("one");
            Files.move(models, away);
            for (int i = 0; i < 2; i++) {
                var answer = fixture.post("/v1/completions", scripts.question("one"));
                assertThat(answer.status()).as(answer.body()).isEqualTo(503);
                assertThat(answer.json().at("/error/code").asString()).isEqualTo("models_unreadable");
                assertThat(answer.body()).doesNotContain(folder.toString());
            }
            Files.move(away, models);
            scripts.ask(fixture, "one");
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    @Test
    void aNameMayHaveAnyCharacterOfAFile() throws IOException {
        String odd = "M\u00f6del \"4\" {x=1}, 50% + \u6a21\u578b";
        new Scripts(folder).with("plain");
        Files.move(folder.resolve("plain"), folder.resolve(odd));
        try (var fixture = serving()) {
            assertThat(names(fixture)).containsExactly(odd);
            String path = URLEncoder.encode(odd, StandardCharsets.UTF_8).replace("+", "%20");
            assertThat(fixture.get("/v1/models/" + path).json().path("id").asString())
                    .isEqualTo(odd);
            var question =
                    ServerFixture.JSON.createObjectNode().put("model", odd).put("max_tokens", 5);
            question.putArray("prompt").add(5);
            var answer = fixture.post("/v1/completions", question.toString());
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.json().path("model").asString()).isEqualTo(odd);
            assertThat(fixture.get("/v1/models/" + path)
                            .json()
                            .at("/status/value")
                            .asString())
                    .isEqualTo("loaded");
            assertThat(fixture.get("/metrics").body())
                    .contains("orrery_model_loaded{model=\"" + odd.replace("\"", "\\\"") + "\"} 1.0");
        }
    }

    @Test
    void aFolderWithoutAModelIsNotListed() throws IOException {
        var scripts = new Scripts(folder).with("model").with(".hidden");
        Files.createDirectories(folder.resolve("empty"));
        Files.writeString(folder.resolve("notes.txt"), "nothing");
        Files.writeString(folder.resolve("mmproj-model.gguf"), "GGUF");
        Files.writeString(folder.resolve("big-00002-of-00003.gguf"), "GGUF");
        Files.writeString(folder.resolve("big-00001-of-00003.gguf"), "GGUF");
        Files.writeString(folder.resolve("model.gguf"), "GGUF");
        Files.delete(new Scripts(folder).with("weightless").path("weightless").resolve("model.safetensors"));
        try (var fixture = serving()) {
            // A file that would be called as a directory is keeps its ending; a split model is one.
            assertThat(names(fixture)).containsExactly("big", "model", "model.gguf");
            var broken = fixture.get("/v1/models/model.gguf").json();
            assertThat(broken.has("max_model_len")).isFalse();
            var answer = fixture.post("/v1/completions", scripts.question("model.gguf"));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body()).doesNotContain(folder.toString());
            assertThat(fixture.post("/v1/completions", scripts.question("../model"))
                            .status())
                    .isEqualTo(404);
            scripts.ask(fixture, "model");
        }
    }

    @Test
    void aNamedModelGoesBeforeOneOfTheFolder() {
        var scripts = new Scripts(folder).with("a").with("b");
        var sources = ModelSources.of(List.of(new ModelSource("b", List.of("c"), scripts.path("a"), Scripts.options())))
                .withFolder(folder, Scripts.options());
        try (var fixture = ServerFixture.start(sources, options -> options)) {
            assertThat(names(fixture)).containsExactly("b", "a");
            var answer = fixture.post("/v1/completions", scripts.question("b"));
            assertThat(answer.json().at("/choices/0/text").asString()).isEqualTo(Scripts.text("a"));
            scripts.ask(fixture, "a");
        }
    }
}
