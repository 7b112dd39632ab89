package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiLanguageModel;
import dev.langchain4j.model.openai.OpenAiResponsesChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.store.embedding.CosineSimilarity;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** langchain4j's client of OpenAI's API, as its users set it up: another base URL, and nothing else. */
class LangChain4jTest {
    private static final String QUESTION = "How many layers does Gemma 3 27B have?";
    private static final String SAID = "Gemma 3 27B has 62 layers.";

    @RegisterExtension
    static final ServerFixture fixture = ServerFixture.start(4, options -> options.withKeys(List.of("secret")));

    private static String baseUrl() {
        return fixture.server.address() + "/v1";
    }

    private static OpenAiChatModel.OpenAiChatModelBuilder model() {
        return OpenAiChatModel.builder()
                .baseUrl(baseUrl())
                .apiKey("secret")
                .modelName("demo")
                .maxRetries(0)
                .temperature(0.0);
    }

    @Test
    void aChatModelAnswers() {
        assertThat(model().build().chat(QUESTION)).isEqualTo(SAID);
    }

    @Test
    void aConversationWithToolsHasUsageAndAnEnd() {
        var request = ChatRequest.builder()
                .messages(
                        SystemMessage.from("Be brief."),
                        UserMessage.from("Hi"),
                        AiMessage.from("Hello!"),
                        UserMessage.from(QUESTION))
                .toolSpecifications(ToolSpecification.builder()
                        .name("weather")
                        .description("The weather of a town")
                        .parameters(JsonObjectSchema.builder()
                                .addStringProperty("town")
                                .required("town")
                                .build())
                        .build())
                .maxOutputTokens(5)
                .build();
        var response = model().build().chat(request);

        assertThat(response.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(5);
        assertThat(response.tokenUsage().inputTokenCount()).isGreaterThan(50);
        assertThat(response.metadata().modelName()).isEqualTo("demo");
    }

    @Test
    void aStreamIsTheSameAnswer() throws Exception {
        var model = OpenAiStreamingChatModel.builder()
                .baseUrl(baseUrl())
                .apiKey("secret")
                .modelName("demo")
                .temperature(0.0)
                .build();
        var pieces = new StringBuffer();
        var whole = new CompletableFuture<ChatResponse>();
        model.chat(QUESTION, new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String piece) {
                pieces.append(piece);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                whole.complete(response);
            }

            @Override
            public void onError(Throwable error) {
                whole.completeExceptionally(error);
            }
        });
        var response = whole.get(20, TimeUnit.SECONDS);

        assertThat(pieces).hasToString(SAID);
        assertThat(response.aiMessage().text()).isEqualTo(SAID);
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(response.tokenUsage().outputTokenCount()).isPositive();
    }

    @Test
    void aLanguageModelContinues() {
        var model = OpenAiLanguageModel.builder()
                .baseUrl(baseUrl())
                .apiKey("secret")
                .modelName("demo")
                .temperature(0.0)
                .build();

        assertThat(model.generate("It was a").content()).isNotEmpty();
    }

    @Test
    void aModelOfResponsesAnswers() {
        var model = OpenAiResponsesChatModel.builder()
                .baseUrl(baseUrl())
                .apiKey("secret")
                .modelName("demo")
                .temperature(0.0)
                .build();
        var response = model.chat(UserMessage.from(QUESTION));

        assertThat(response.aiMessage().text()).isEqualTo(SAID);
        assertThat(response.tokenUsage().outputTokenCount()).isPositive();
    }

    @Test
    void anEmbeddingModelFindsWhatIsAlike() {
        var model = OpenAiEmbeddingModel.builder()
                .baseUrl(baseUrl())
                .apiKey("secret")
                .modelName("demo")
                .build();
        var all = model.embedAll(List.of(
                        TextSegment.from("How many layers does Gemma 3 27B have?"),
                        TextSegment.from("How many layers does Gemma 3 12B have?"),
                        TextSegment.from("It was a fine day, and the king went out to sea.")))
                .content();

        assertThat(all).hasSize(3).allSatisfy(one -> assertThat(one.dimension()).isEqualTo(256));
        assertThat(CosineSimilarity.between(all.get(0), all.get(1)))
                .isGreaterThan(CosineSimilarity.between(all.get(0), all.get(2)));
    }

    @Test
    void errorsAreThoseThatTheClientKnows() {
        assertThatThrownBy(() -> model().modelName("other").build().chat(QUESTION))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("there is no model 'other' here; expected demo");
        assertThatThrownBy(() -> model().build().chat("word ".repeat(5000)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("context_length_exceeded");
        assertThatThrownBy(() -> model().apiKey("wrong").build().chat(QUESTION))
                .hasMessageContaining("no valid API key");
    }
}
