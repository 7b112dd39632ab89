package orrery.lab.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import orrery.catalog.TokenizerFiles;
import orrery.format.SmallFile;
import orrery.token.Tokenizer;

/**
 * The tokens of another model's tokenizer.
 *
 * @param directory the model's directory
 * @param count one more than the largest id
 */
public record ModelTokens(Path directory, int count) implements TextTokens {
    /** @throws orrery.OrreryException if there is no tokenizer */
    public static ModelTokens of(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new TrainException(directory + " is not a directory, expected one with a tokenizer");
        }
        try (var tokenizer = Tokenizer.read(directory)) {
            return new ModelTokens(directory, tokenizer.vocabularySize());
        }
    }

    @Override
    public String name() {
        return "the tokenizer in " + directory;
    }

    /**
     * The ids of a text's tokens.
     *
     * @throws orrery.OrreryException if the file cannot be read
     */
    public int[] read(Path text) {
        try (var tokenizer = Tokenizer.read(directory)) {
            return tokenizer.encode(SmallFile.text(text));
        }
    }

    /** A config's own ids stay; where there are none, the tokenizer's are added. */
    @Override
    public void complete(Map<String, Object> config, int vocabulary) {
        try (var tokenizer = Tokenizer.read(directory)) {
            tokenizer.beginOfSequence().ifPresent(id -> config.putIfAbsent("bos_token_id", id));
            tokenizer.endOfSequence().ifPresent(id -> config.putIfAbsent("eos_token_id", id));
        }
    }

    @Override
    public void write(Path target, int vocabulary) {
        TokenizerFiles.copy(directory, target);
    }
}
