package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.catalog.Slice;
import orrery.kernel.Backend;
import orrery.token.ChatMessage;
import tools.jackson.databind.json.JsonMapper;

/** The small models of other forms, against what their cards say. */
final class DemoModelsTest {
    private static final Path MODELS = Path.of("..", "demo-models");
    private static final List<String> NAMES = List.of("deepseek", "gemma3n", "llama4", "olmo2", "qwen3");
    private static final Slice SLICE = Slice.parse("ffn=192");

    /** A folder with the conversations that each was trained on, NAME.jsonl, to ask all questions; takes minutes. */
    private static final String CHATS = System.getProperty("orrery.demo.chats", "");

    private static Path file(String name) {
        return MODELS.resolve(name).resolve(name + ".gguf");
    }

    private static String card(String name) {
        try {
            return Files.readString(MODELS.resolve(name).resolve("CARD.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rows of a table in a card, below a heading: a question and an answer. */
    private static Map<String, String> answers(String name, String heading) {
        var answers = new LinkedHashMap<String, String>();
        boolean below = false;
        for (var line : card(name).lines().toList()) {
            below = line.startsWith("## ") ? line.equals("## " + heading) : below;
            if (below && line.startsWith("| ") && !line.startsWith("| question") && !line.startsWith("| ---")) {
                var cells = line.substring(2, line.length() - 2).split(" \\| ");
                answers.put(cells[0], cells[1]);
            }
        }
        assertThat(answers).as(heading).hasSizeGreaterThanOrEqualTo(3);
        return answers;
    }

    private static EngineOptions options(String backend) {
        return EngineOptions.defaults().withBackend(backend).withContext(256).withMaxSequences(1);
    }

    private static Session ask(Engine engine, String question) {
        var chat = engine.chat(List.of(new ChatMessage("user", question)));
        return engine.submit(chat.withSampling(Sampling.GREEDY).withMaxTokens(100));
    }

    private static void answersAs(Engine engine, Map<String, String> answers) {
        answers.forEach((question, answer) -> {
            try (var session = ask(engine, question)) {
                assertThat(session.text()).as(question).isEqualTo(answer);
            }
        });
    }

    static Stream<Arguments> everyModelOnTwoBackends() {
        return NAMES.stream()
                .flatMap(name -> Stream.of("scalar", Backend.best().name())
                        .distinct()
                        .map(backend -> Arguments.of(name, backend)));
    }

    @ParameterizedTest
    @MethodSource("everyModelOnTwoBackends")
    void answersAsItsCardSays(String name, String backend) throws IOException {
        assertThat(Files.size(file(name))).isLessThan(3 << 20);
        try (var engine = Engine.open(file(name), options(backend))) {
            answersAs(engine, answers(name, "Answers"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", ""})
    void theModelWithinGemma3nAnswersAsTheCardSays(String backend) {
        var options =
                options(backend.isEmpty() ? Backend.best().name() : backend).withSlice(SLICE);
        try (var engine = Engine.open(file("gemma3n"), options)) {
            answersAs(engine, answers("gemma3n", "Answers of the model within"));
            assertThat(engine.description().spec().parameters()).isLessThan(1_400_000);
        }
    }

    @Test
    void mostGuessesOfDeepSeeksExtraLayerAreRight() {
        var options = options(Backend.best().name()).withSpeculation(Speculation.MTP);
        try (var engine = Engine.open(file("deepseek"), options)) {
            int drafted = 0;
            int accepted = 0;
            for (var answer : answers("deepseek", "Answers").entrySet()) {
                try (var session = ask(engine, answer.getKey())) {
                    assertThat(session.text()).isEqualTo(answer.getValue());
                    drafted += session.usage().draftedTokens();
                    accepted += session.usage().acceptedTokens();
                }
            }
            assertThat(accepted).isGreaterThan(drafted / 2);
        }
    }

    static Stream<Arguments> everyModelWhole() {
        return Stream.concat(
                NAMES.stream().map(name -> Arguments.of(name, false)), Stream.of(Arguments.of("gemma3n", true)));
    }

    /** As in {@code demo-models/make}: single questions, the last 70 of which were held back. */
    @ParameterizedTest
    @MethodSource("everyModelWhole")
    void answersAsManyQuestionsAsItsCardSays(String name, boolean sliced) throws IOException {
        assumeTrue(!CHATS.isEmpty(), "-Dorrery.demo.chats names no folder");
        var chats = Files.readAllLines(Path.of(CHATS, name + ".jsonl")).stream()
                .map(line -> JsonMapper.shared().readTree(line).get("messages"))
                .toList();
        var plain = EngineOptions.defaults().withContext(256).withMaxSequences(1);
        var options = sliced ? plain.withSlice(SLICE) : plain;
        int right = 0;
        int heldBack = 0;
        int drafted = 0;
        int accepted = 0;
        int asked = 0;
        boolean drafts = name.equals("deepseek");
        try (var engine = Engine.open(file(name), drafts ? options.withSpeculation(Speculation.MTP) : options)) {
            for (int i = 0; i < chats.size(); i++) {
                if (chats.get(i).size() == 2) {
                    asked++;
                    try (var session =
                            ask(engine, chats.get(i).get(0).get("content").stringValue())) {
                        boolean same = session.text()
                                .equals(chats.get(i).get(1).get("content").stringValue());
                        right += same ? 1 : 0;
                        heldBack += same && i >= chats.size() - 70 ? 1 : 0;
                        drafted += session.usage().draftedTokens();
                        accepted += session.usage().acceptedTokens();
                    }
                }
            }
        }
        String said = right + " of " + asked + " questions answered word for word, " + heldBack
                + " of the 70 that were held back"
                + (drafts ? "; " + accepted + " of " + drafted + " guesses right" : "");
        assertThat(card(name)).contains(said);
    }
}
