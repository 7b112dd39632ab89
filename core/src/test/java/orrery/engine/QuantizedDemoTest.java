package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.convert.Conversion;
import orrery.convert.Quantization;
import tools.jackson.databind.json.JsonMapper;

/** The quantized demo model still gives the same answers. */
final class QuantizedDemoTest {
    /** Every question of the model's training data with its answer; the file says how it was generated. */
    private static final Path QUESTIONS = Path.of("src", "test", "resources", "orrery", "engine", "questions.json");

    /**
     * Only every fifth question is asked, because all 880 take minutes. The file is ordered by model and then by topic.
     */
    private static final int STRIDE = 5;

    @TempDir
    Path folder;

    private Engine quantized(Quantization type) {
        var file = folder.resolve("demo.gguf");
        try (var conversion = Conversion.open(Demo.MODEL, type)) {
            conversion.write(file, 2, (_, _) -> {});
        }
        return Engine.open(file, EngineOptions.defaults().withMaxSequences(16).withContext(256));
    }

    @Test
    void inEightBitsItGivesTheReferencesTexts() {
        try (var engine = quantized(Quantization.Q8_0)) {
            for (var conversation : Demo.conversations()) {
                var request = engine.chat(conversation.messages());
                assertThat(request.prompt()).isEqualTo(conversation.promptIds());
                assertThat(request.sampling()).isEqualTo(Sampling.GREEDY);
                try (var session = engine.submit(request)) {
                    assertThat(session.text()).as(conversation.toString()).isEqualTo(conversation.text());
                    assertThat(session.finishReason()).isEqualTo(FinishReason.STOP);
                }
            }
        }
    }

    private record Pair(String question, String answer) {}

    private static List<Pair> pairs() {
        var pairs = new ArrayList<Pair>();
        for (var pair : JsonMapper.shared().readTree(QUESTIONS).get("pairs")) {
            pairs.add(new Pair(pair.get(0).stringValue(), pair.get(1).stringValue()));
        }
        return pairs;
    }

    @Test
    void inFourBitsItAnswersNineteenOfTwentyQuestionsWordForWord() {
        var pairs = pairs();
        assertThat(pairs).hasSize(880);
        int asked = 0;
        var wrong = new ArrayList<String>();
        try (var engine = quantized(Quantization.Q4_K_M)) {
            var sessions = new ArrayList<Session>();
            for (int i = 0; i < pairs.size(); i += STRIDE) {
                sessions.add(engine.submit(engine.chat(pairs.get(i).question())));
            }
            for (int i = 0; i < pairs.size(); i += STRIDE) {
                String answer = sessions.get(asked++).text();
                if (!answer.equals(pairs.get(i).answer())) {
                    wrong.add(pairs.get(i).question() + " -> " + answer);
                }
            }
        }
        assertThat(wrong).as("of %d", asked).hasSizeLessThanOrEqualTo(asked / 20);
    }
}
