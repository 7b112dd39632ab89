package orrery.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.format.FormatException;

class TokenizerFilesTest {
    @TempDir
    private Path folder;

    @Test
    void takesTokenizerAndTemplatesAndNothingElse() throws IOException {
        var model = Files.createDirectory(folder.resolve("model"));
        var target = Files.createDirectory(folder.resolve("target"));
        var templates = Files.createDirectory(model.resolve("additional_chat_templates"));
        for (String name : List.of(
                "tokenizer.json",
                "chat_template.json",
                "spiece.model",
                "config.json",
                "model.safetensors",
                "LICENSE")) {
            Files.writeString(model.resolve(name), name);
        }
        Files.writeString(templates.resolve("tool_use.jinja"), "{{ tools }}");

        TokenizerFiles.copy(model, target);

        try (var files = Files.list(target)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .containsExactlyInAnyOrder(
                            "additional_chat_templates", "chat_template.json", "spiece.model", "tokenizer.json");
        }
        assertThat(target.resolve("additional_chat_templates").resolve("tool_use.jinja"))
                .hasContent("{{ tools }}");
        assertThatThrownBy(() -> TokenizerFiles.copy(model, target))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("could not copy");
    }
}
