package orrery.engine;

import java.util.List;
import java.util.Optional;
import orrery.format.GgufModel;
import orrery.format.Metadata;
import orrery.format.ModelFile;
import orrery.format.SafetensorsModel;
import orrery.token.ChatTemplate;
import orrery.token.SpecialIds;
import orrery.token.Tokenizer;

/**
 * What connects a model's weights with text: separate files in a model directory, metadata keys in GGUF.
 *
 * @param generation the authors' sampling defaults, and the stop ids as far as they are named there
 * @param notes what was ignored, in words
 * @param tokenizer closed by the caller
 */
record ModelText(
        Optional<ChatTemplate> template, GenerationConfig generation, List<String> notes, Tokenizer tokenizer) {
    /** @throws orrery.OrreryException if a required part is missing or cannot be read */
    static ModelText of(ModelFile file) {
        // The tokenizer comes last: nothing after it can fail and leave it open.
        return switch (file) {
            case GgufModel gguf -> of(gguf.metadata().anew());
            case SafetensorsModel directory ->
                new ModelText(
                        ChatTemplate.read(directory.path()),
                        GenerationConfig.read(directory.path()),
                        List.of(),
                        Tokenizer.read(directory.path()));
        };
    }

    private static ModelText of(Metadata gguf) {
        return new ModelText(
                ChatTemplate.of(gguf), GenerationConfig.ofGguf(gguf), SpecialIds.notes(gguf), Tokenizer.of(gguf));
    }
}
