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
 * What lies between a model's weights and people: files of their own in a model directory, keys of the metadata in
 * GGUF.
 *
 * @param generation the authors' sampling, and the stop ids as far as they are said there
 * @param notes in words, what of it is taken as absent
 * @param tokenizer closed by its caller
 */
record ModelText(
        Optional<ChatTemplate> template, GenerationConfig generation, List<String> notes, Tokenizer tokenizer) {
    /** @throws orrery.OrreryException if any of it is missing that has to be there, or cannot be read */
    static ModelText of(ModelFile file) {
        // The tokenizer comes last: nothing can fail that would leave it open.
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
