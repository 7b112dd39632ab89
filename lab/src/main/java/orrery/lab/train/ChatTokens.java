package orrery.lab.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import orrery.format.JsonText;
import orrery.format.Metadata;
import orrery.token.ChatMessage;
import orrery.token.ChatTemplate;
import orrery.token.Tokenizer;

/**
 * Conversations, as the chat template of another model writes them, in the tokens of its tokenizer.
 *
 * @param tokens the tokenizer
 * @param template from the same directory
 */
public record ChatTokens(ModelTokens tokens, ChatTemplate template) implements TextTokens {
    private static final String ASSISTANT = "assistant";

    /**
     * A conversation.
     *
     * @param line of the file, from 1
     * @param ids of the whole
     * @param answers whether each token is part of an answer, to its end
     */
    record Chat(int line, int[] ids, boolean[] answers) {}

    /** @throws orrery.OrreryException if there is no tokenizer, or no chat template */
    public static ChatTokens of(ModelTokens tokens) {
        var template = ChatTemplate.read(tokens.directory())
                .orElseThrow(() -> new TrainException(
                        tokens.directory() + " has no chat template, expected one to write conversations with"));
        return new ChatTokens(tokens, template);
    }

    /**
     * Reads conversations: JSON Lines with {@code messages}, each with {@code role} and {@code content}.
     *
     * @throws orrery.OrreryException if the file cannot be read, or the template does not take a conversation
     */
    List<Chat> read(Path file) {
        var chats = new ArrayList<Chat>();
        try (var tokenizer = Tokenizer.read(tokens.directory())) {
            JsonText.lines(file).forEach((line, data) -> chats.add(chat(line, data, tokenizer)));
        }
        return chats;
    }

    private Chat chat(int line, Metadata data, Tokenizer tokenizer) {
        var messages = new ArrayList<ChatMessage>();
        int[] ids = {};
        boolean[] answers = {};
        for (var message : data.children("messages")) {
            String role = message.text("role");
            String content = message.text("content");
            boolean answer = role.equals(ASSISTANT);
            int[] prompt = answer ? ids(messages, true, tokenizer) : ids;
            messages.add(new ChatMessage(role, answer ? tokenizer.guardAnswer(content) : tokenizer.guard(content)));
            if (answer) {
                int[] before = ids;
                ids = ids(messages, false, tokenizer);
                // Where the prompt's last piece grows together with the answer's first, that piece is the answer's.
                int from = Arrays.mismatch(prompt, ids);
                if (from < 0 || Arrays.mismatch(before, ids) < before.length) {
                    throw new TrainException(data.origin() + ": the chat template changes earlier messages after a"
                            + " later one, expected one that only adds to them");
                }
                answers = Arrays.copyOf(answers, ids.length);
                Arrays.fill(answers, from, ids.length, true);
            }
        }
        if (answers.length == 0) {
            throw new TrainException(data.origin() + " has no message of the assistant, expected one or more");
        }
        return new Chat(line, ids, answers);
    }

    private int[] ids(List<ChatMessage> messages, boolean toBeAnswered, Tokenizer tokenizer) {
        return tokenizer.encodePrompt(template.render(messages, toBeAnswered, Map.of()));
    }

    @Override
    public int count() {
        return tokens.count();
    }

    @Override
    public String name() {
        return tokens.name();
    }

    @Override
    public void complete(Map<String, Object> config, int vocabulary) {
        tokens.complete(config, vocabulary);
    }

    @Override
    public void write(Path directory, int vocabulary) {
        tokens.write(directory, vocabulary);
    }
}
