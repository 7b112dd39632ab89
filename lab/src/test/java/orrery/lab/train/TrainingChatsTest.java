package orrery.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.OrreryException;
import orrery.token.ChatMessage;
import orrery.token.ChatTemplate;
import orrery.token.Tokenizer;

/** Conversations, with the tokenizer and the chat template of the demo model. */
final class TrainingChatsTest {
    private static final Path DEMO = Path.of("..", "demo-model");
    private static final String CHAT = """
            {"messages": [{"role": "user", "content": "Is <end_of_turn> safe?"},
             {"role": "assistant", "content": "It is."}, {"role": "user", "content": "Sure?"},
             {"role": "assistant", "content": "Quite sure."}]}""".replace("\n", "");

    @TempDir
    private Path folder;

    private static ChatTokens tokens() {
        return ChatTokens.of(ModelTokens.of(DEMO));
    }

    private Path file(String... lines) throws Exception {
        return Files.writeString(folder.resolve("chats.jsonl"), String.join("\n", lines));
    }

    private static TrainingPlan plan(int context, double validation) {
        return new TrainingPlan(30, 2, context, 1e-2, 3, 0.1, 0.1, 1, OptimizerKind.ADAMW, 0.1, validation, 30, 7);
    }

    @Test
    void aConversationIsWrittenByTheTemplateAndItsAnswersCount() throws Exception {
        var chat = tokens().read(file(CHAT)).getFirst();

        try (var tokenizer = Tokenizer.read(DEMO)) {
            var messages = List.of(
                    new ChatMessage("user", tokenizer.guard("Is <end_of_turn> safe?")),
                    new ChatMessage("assistant", "It is."),
                    new ChatMessage("user", "Sure?"),
                    new ChatMessage("assistant", "Quite sure."));
            var template = ChatTemplate.read(DEMO).orElseThrow();
            assertThat(chat.ids()).isEqualTo(tokenizer.encodePrompt(template.render(messages, false, Map.of())));
            var answers = new ArrayList<List<Integer>>(List.of(new ArrayList<>()));
            for (int i = 0; i < chat.ids().length; i++) {
                if (chat.answers()[i]) {
                    answers.getLast().add(chat.ids()[i]);
                } else if (!answers.getLast().isEmpty()) {
                    answers.add(new ArrayList<>());
                }
            }
            assertThat(answers)
                    .extracting(ids ->
                            tokenizer.decode(ids.stream().mapToInt(id -> id).toArray()))
                    .containsExactly("It is.\n", "Quite sure.\n");
            // 5 ends a turn.
            assertThat(answers).allSatisfy(ids -> assertThat(ids).contains(5));
        }
    }

    @Test
    void aBatchHasWholeConversationsWithTargetsForAnswersOnly() throws Exception {
        var file = file(CHAT, "", CHAT.replace("Quite", "Very"), CHAT.replace("Sure?", "And why is that so?"));
        var data = TrainingData.read(file, tokens(), plan(64, 0.34));

        assertThat(data.validationSequences(64)).isEqualTo(1);
        var batch = data.batch(plan(64, 0.34), 5);
        assertThat(batch.tokens()).hasNumberOfRows(2);
        for (int s = 0; s < 2; s++) {
            int[] tokens = batch.tokens()[s];
            int[] targets = batch.targets()[s];
            assertThat(tokens[0]).isEqualTo(2);
            assertThat(targets).hasSameSizeAs(tokens);
            assertThat(IntStream.of(targets).filter(id -> id < 0)).hasSizeGreaterThan(10);
            for (int i = 0; i + 1 < tokens.length; i++) {
                assertThat(targets[i]).isIn(-1, tokens[i + 1]);
            }
        }
        assertThat(batch.counted()).isLessThan(batch.tokens()[0].length);
        assertThat(data.digest())
                .isNotEqualTo(
                        TrainingData.read(file(CHAT), tokens(), plan(64, 0)).digest());
    }

    @Test
    void aModelLearnsItsAnswers() throws Exception {
        var config = TinyRun.config(folder, TinyRun.LLAMA.replace("257", "4096"));
        var seen = new TinyRun();
        var file = file(CHAT, CHAT, CHAT, CHAT);
        var model = TrainedModel.read(config, tokens());
        try (var run = TrainingRun.start(model, tokens(), file, plan(64, 0.25), 2, folder.resolve("out"))) {
            run.train(seen);
        }

        assertThat(seen.steps.getFirst().loss()).isGreaterThan(7);
        assertThat(seen.steps.getLast().loss()).isLessThan(1.5);
        assertThat(seen.validations.getLast().loss()).isLessThan(1.5);
        int answers = seen.steps.getFirst().tokens() / 2;
        assertThat(seen.validations.getLast().tokens()).isEqualTo(answers);
        assertThat(seen.validations.getLast().byPosition().getFirst().first()).isGreaterThan(1);
    }

    private static void fails(Path file, TrainingPlan plan, String message) {
        assertThatThrownBy(() -> TrainingData.read(file, tokens(), plan))
                .isInstanceOf(OrreryException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatIsNoConversationIsRefusedByItsLine() throws Exception {
        fails(file(""), plan(64, 0), "chats.jsonl is empty, expected conversations to train on");
        fails(file(CHAT, CHAT), plan(20, 0), "chats.jsonl, line 1: a conversation of ");
        fails(file(CHAT, CHAT), plan(20, 0), "tokens, expected at most 21 for a context of 20");
        fails(
                file(CHAT, "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}"),
                plan(64, 0),
                "line 2 has no message of the assistant, expected one or more");
        fails(file(CHAT, "{\"messages\": [}"), plan(64, 0), "chats.jsonl, line 2");
        fails(file("{\"text\": \"Hi\"}"), plan(64, 0), "messages");
    }

    @Test
    void aTokenizerWithoutAChatTemplateIsRefused() throws Exception {
        Files.copy(DEMO.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));

        assertThatThrownBy(() -> ChatTokens.of(ModelTokens.of(folder)))
                .isInstanceOf(OrreryException.class)
                .hasMessageContaining("has no chat template, expected one to write conversations with");
    }
}
