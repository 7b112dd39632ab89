package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.OrreryException;
import orrery.token.ChatTemplate;
import orrery.token.Tokenizer;

/** The demo model gives the same from one GGUF file as from its directory. */
final class DemoGgufTest {
    @TempDir
    static Path folder;

    @Test
    void hasTheSameTokens() {
        var file = DemoGguf.writeMetadata(folder.resolve("vocabulary.gguf"));
        try (var expected = Tokenizer.read(Demo.MODEL);
                var tokenizer = Tokenizer.read(file)) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(expected.vocabularySize());
            assertThat(tokenizer.beginOfSequence()).isEqualTo(expected.beginOfSequence());
            assertThat(tokenizer.endOfSequence()).isEqualTo(expected.endOfSequence());
            for (int id = 0; id < tokenizer.vocabularySize(); id++) {
                assertThat(tokenizer.tokenOf(id)).isEqualTo(expected.tokenOf(id));
                assertThat(tokenizer.isSpecial(id)).isEqualTo(expected.isSpecial(id));
                assertThat(tokenizer.bytesOf(id)).isEqualTo(expected.bytesOf(id));
            }
            for (var conversation : Demo.conversations()) {
                assertThat(tokenizer.decode(conversation.greedyIds())).isEqualTo(conversation.text());
                assertThat(tokenizer.encode(conversation.text())).isEqualTo(expected.encode(conversation.text()));
            }
            for (String text : List.of("", " ", "  a  b\n\n\tc ", "Zürich 日本 🦙", "<bos>x<end_of_turn>", "▁x")) {
                assertThat(tokenizer.encode(text)).as(text).isEqualTo(expected.encode(text));
                assertThat(tokenizer.encodePrompt(text)).as(text).isEqualTo(expected.encodePrompt(text));
                assertThat(tokenizer.encodeWithSpecialTokens(text))
                        .as(text)
                        .isEqualTo(expected.encodeWithSpecialTokens(text));
            }
        }
    }

    @Test
    void hasTheSameTemplateAndStopIds() {
        var file = DemoGguf.writeMetadata(folder.resolve("template.gguf"));
        for (var conversation : Demo.conversations()) {
            assertThat(ChatTemplate.read(file).orElseThrow().render(conversation.messages(), true, Map.of()))
                    .isEqualTo(ChatTemplate.read(Demo.MODEL)
                            .orElseThrow()
                            .render(conversation.messages(), true, Map.of()));
        }
        // The file names only one stop token, as converted ones do; the end-of-turn token is known.
        assertThat(GenerationConfig.read(file)).isEqualTo(GenerationConfig.read(Demo.MODEL));
    }

    @Test
    void answersAsTheReference() {
        var file = DemoGguf.write(folder.resolve("demo.gguf"));
        try (var engine = Engine.open(file, EngineOptions.defaults())) {
            assertThat(engine.generation().stopIds()).containsExactly(1, 5);
            assertThat(engine.context()).isEqualTo(2048);
            for (var conversation : Demo.conversations()) {
                var request = engine.chat(conversation.messages());
                assertThat(request.prompt()).isEqualTo(conversation.promptIds());
                assertThat(request.sampling()).isEqualTo(Sampling.GREEDY);
                try (var session = engine.submit(request)) {
                    assertThat(session.text()).isEqualTo(conversation.text());
                    assertThat(session.tokens()).isEqualTo(conversation.greedyIds());
                    assertThat(session.finishReason()).isEqualTo(FinishReason.STOP);
                }
            }
            assertThat(engine.promptOf("Which")).startsWith(2).containsOnlyOnce(2);
        }
    }

    @Test
    void isFoundInADirectoryOfItsOwn() throws IOException {
        var directory = Files.createDirectory(folder.resolve("own"));
        DemoGguf.write(directory.resolve("demo.gguf"));
        try (var engine = Engine.open(directory, EngineOptions.defaults())) {
            assertThat(engine.promptOf("Which")).isEqualTo(engine.tokenizer().encodeWithSpecialTokens("Which"));
        }
    }

    @Test
    void refusesWhatIsNeitherADirectoryNorGguf() throws IOException {
        var text = Files.writeString(folder.resolve("notes.txt"), "a model, I promise");
        var empty = Files.createFile(folder.resolve("empty.gguf"));
        for (var path : List.of(text, empty, folder.resolve("nowhere.gguf"), folder.resolve("nowhere"))) {
            assertThatThrownBy(() -> Engine.open(path, EngineOptions.defaults()))
                    .isInstanceOf(OrreryException.class)
                    .hasMessageContaining(String.valueOf(path.getFileName()));
            assertThatThrownBy(() -> Tokenizer.read(path))
                    .isInstanceOf(OrreryException.class)
                    .hasMessageContaining(String.valueOf(path.getFileName()));
        }
    }
}
