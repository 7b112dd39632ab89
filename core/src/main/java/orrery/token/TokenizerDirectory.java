package orrery.token;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import orrery.format.SmallFile;

/** The tokenizer files of a model directory. */
record TokenizerDirectory(Path directory) {
    private static final List<String> OTHER_FORMATS = List.of(
            "tokenizer.model",
            "spiece.model",
            "tekken.json",
            "vocab.json",
            "merges.txt",
            "vocab.txt",
            "tiktoken.model");

    Path file() {
        return directory.resolve("tokenizer.json");
    }

    Path config() {
        return directory.resolve("tokenizer_config.json");
    }

    /** Refuses a directory without a tokenizer.json, and says what is there instead. */
    void check() {
        if (!Files.isDirectory(directory)) {
            throw new TokenizerException(directory
                    + " is no directory; a model directory with a tokenizer.json, or a GGUF file, was expected");
        }
        if (!Files.isRegularFile(file())) {
            List<String> others = new ArrayList<>(OTHER_FORMATS);
            others.removeIf(name -> !Files.exists(directory.resolve(name)));
            throw new TokenizerException(directory + " has no tokenizer.json"
                    + (others.isEmpty()
                            ? " and no other tokenizer file; copy it from where the model came from"
                            : ", only " + String.join(", ", others) + ", which is another format; in Python,"
                                    + " AutoTokenizer.from_pretrained(directory, use_fast=True).save_pretrained(directory)"
                                    + " of the transformers library writes a tokenizer.json from it"));
        }
    }

    /** The tokenizer's file, and what it says. */
    TokenizerFacts facts() {
        check();
        return TokenizerFile.parse(SmallFile.bytes(file()), file().toString());
    }

    /** What tokenizer_config.json says of tokens with a role. */
    TokenizerConfig roles() {
        return Files.exists(config())
                ? TokenizerConfig.parse(SmallFile.bytes(config()), config().toString())
                : TokenizerConfig.NONE;
    }
}
