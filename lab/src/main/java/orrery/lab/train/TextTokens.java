package orrery.lab.train;

import java.nio.file.Path;
import java.util.Map;

/** How a text becomes the tokens that a model is trained on, and what of that a checkpoint contains. */
public sealed interface TextTokens permits ByteTokens, ModelTokens, ChatTokens {

    /** The smallest vocabulary that a model needs for them. */
    int count();

    /** In words, for messages: {@code bytes}. */
    String name();

    /**
     * Adds the ids of special tokens to a config.
     *
     * @param vocabulary the config's {@code vocab_size}
     */
    void complete(Map<String, Object> config, int vocabulary);

    /**
     * Writes the files of the tokenizer into a model's directory.
     *
     * @param vocabulary the config's {@code vocab_size}
     */
    void write(Path directory, int vocabulary);
}
