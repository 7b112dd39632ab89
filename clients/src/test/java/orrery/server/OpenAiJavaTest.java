package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.ObjectMappers;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** openai-java as its users set it up: another base URL, a key, and nothing else. */
class OpenAiJavaTest {
    private static final String QUESTION = "How many layers does Gemma 3 27B have?";
    private static final String SAID = "Gemma 3 27B has 62 layers.";

    @RegisterExtension
    static final ClientServers servers = new ClientServers();

    private static OpenAIClient client(Server server, String key, int retries) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(server.address() + "/v1")
                .apiKey(key)
                .maxRetries(retries)
                .build();
    }

    private static OpenAIClient demo() {
        return client(servers.demo.server, ClientServers.KEY, 0);
    }

    private static OpenAIClient scripted() {
        return client(servers.scripted.server(), "unused", 0);
    }

    private static ChatCompletionCreateParams.Builder question() {
        return ChatCompletionCreateParams.builder()
                .model("demo")
                .addUserMessage(QUESTION)
                .temperature(0.0);
    }

    private static <T> T read(JsonNode json, Class<T> type) throws Exception {
        return ObjectMappers.jsonMapper().readValue(json.toString(), type);
    }

    @Test
    void aChatIsAnsweredWholeAndStreamed() {
        var whole = demo().chat()
                .completions()
                .create(question().logprobs(true).topLogprobs(2).build());
        whole.validate();
        var choice = whole.choices().getFirst();
        assertThat(choice.message().content()).contains(SAID);
        assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
        assertThat(choice.logprobs().orElseThrow().content().orElseThrow())
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.topLogprobs()).hasSize(2));

        var accumulator = ChatCompletionAccumulator.create();
        var usage = ChatCompletionStreamOptions.builder().includeUsage(true).build();
        try (var stream = demo().chat()
                .completions()
                .createStreaming(question().streamOptions(usage).build())) {
            stream.stream().forEach(piece -> accumulator.accumulate(piece.validate()));
        }
        var streamed = accumulator.chatCompletion();
        assertThat(streamed.choices().getFirst().message().content()).contains(SAID);
        assertThat(streamed.usage().orElseThrow().completionTokens())
                .isEqualTo(whole.usage().orElseThrow().completionTokens());
    }

    @Test
    void thoughtsAndCallsArriveAsSuch() throws Exception {
        var body = read(ScriptedApi.CHAT.asking(ScriptedServer.JSON), ChatCompletionCreateParams.Body.class);
        var params = ChatCompletionCreateParams.builder().body(body).build();
        var whole = scripted().chat().completions().create(params);
        var accumulator = ChatCompletionAccumulator.create();
        try (var stream = scripted().chat().completions().createStreaming(params)) {
            stream.stream().forEach(piece -> accumulator.accumulate(piece.validate()));
        }

        for (var answer : List.of(whole, accumulator.chatCompletion())) {
            answer.validate();
            var choice = answer.choices().getFirst();
            assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
            assertThat(choice.message().content()).contains(ClientServers.TEXT);
            var calls = ScriptedServer.JSON.createArrayNode();
            for (var call : choice.message().toolCalls().orElseThrow()) {
                var function = call.asFunction().function();
                calls.addObject()
                        .put("name", function.name())
                        .set("arguments", ScriptedServer.JSON.readTree(function.arguments()));
            }
            assertThat(calls).isEqualTo(ScriptedServer.JSON.readTree(ClientServers.CALLS));
        }
        assertThat(whole.choices().getFirst().message()._additionalProperties().get("reasoning_content"))
                .hasToString(ClientServers.THOUGHT);
        var usage = whole.usage().orElseThrow();
        assertThat(usage.promptTokens()).isEqualTo(servers.promptTokens());
        assertThat(usage.completionTokensDetails()
                        .orElseThrow()
                        .reasoningTokens()
                        .orElseThrow())
                .isPositive();
    }

    @Test
    void aResponseIsMadeWholeAndStreamed() throws Exception {
        var asked = demo().responses()
                .create(ResponseCreateParams.builder()
                        .model("demo")
                        .input(QUESTION)
                        .temperature(0.0)
                        .build());
        assertThat(texts(asked)).containsExactly(SAID);

        var body = read(ScriptedApi.RESPONSES.asking(ScriptedServer.JSON), ResponseCreateParams.Body.class);
        var params = ResponseCreateParams.builder().body(body).build();
        var accumulator = ResponseAccumulator.create();
        try (var stream = scripted().responses().createStreaming(params)) {
            stream.stream().forEach(piece -> accumulator.accumulate(piece.validate()));
        }
        for (var answer : List.of(scripted().responses().create(params), accumulator.response())) {
            answer.validate();
            assertThat(answer.output().getFirst().asReasoning().content().orElseThrow())
                    .extracting(part -> part.text())
                    .containsExactly(ClientServers.THOUGHT);
            assertThat(texts(answer)).containsExactly(ClientServers.TEXT);
            assertThat(answer.output().stream().filter(item -> item.isFunctionCall()))
                    .extracting(item -> item.asFunctionCall().name())
                    .containsExactly("get_weather", "add");
            assertThat(answer.usage().orElseThrow().inputTokens()).isEqualTo(servers.promptTokens());
        }
    }

    private static List<String> texts(Response response) {
        return response.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .map(part -> part.asOutputText().text())
                .toList();
    }

    @Test
    void embeddingsAreTheSameInBothForms() {
        var params = EmbeddingCreateParams.builder().model("demo").input("It was a fine day.");
        var packed = demo().embeddings().create(params.build());
        var floats = demo().embeddings()
                .create(params.encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT)
                        .build());

        floats.validate();
        var vector = packed.data().getFirst().embedding();
        assertThat(vector).hasSize(256);
        for (int i = 0; i < vector.size(); i++) {
            assertThat(floats.data().getFirst().embedding().get(i)).isEqualTo(vector.get(i), within(1e-6f));
        }
    }

    @Test
    void modelsAreListedAndFound() {
        assertThat(demo().models().list().data())
                .extracting(model -> model.id())
                .containsExactly("demo");
        demo().models().retrieve("demo").validate();
    }

    @Test
    void errorsAreThoseThatTheClientKnows() {
        assertThatThrownBy(() -> demo().chat()
                        .completions()
                        .create(question().model("other").build()))
                .isInstanceOfSatisfying(
                        NotFoundException.class,
                        error -> assertThat(error.code()).contains("model_not_found"));
        assertThatThrownBy(() -> demo().chat()
                        .completions()
                        .createStreaming(
                                question().addUserMessage("word ".repeat(5000)).build()))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        error -> assertThat(error.param()).contains("messages"));
        assertThatThrownBy(
                        () -> client(servers.demo.server, "wrong", 0).models().list())
                .isInstanceOf(UnauthorizedException.class);
    }

    @Test
    void oneTooManyIsToldSoAndOneThatLeavesMakesRoom() {
        var params = question().model("endless").build();
        var endless = client(servers.endless, "unused", 0).chat().completions();
        try (var first = endless.createStreaming(params)) {
            assertThat(first.stream().findFirst()).isPresent();
            assertThatThrownBy(() -> endless.createStreaming(params))
                    .isInstanceOfSatisfying(
                            RateLimitException.class,
                            error -> assertThat(error.headers().values("retry-after"))
                                    .hasSize(1));
        }
        await().atMost(60, TimeUnit.SECONDS)
                .ignoreExceptionsInstanceOf(RateLimitException.class)
                .until(() -> {
                    try (var second = endless.createStreaming(params)) {
                        return second.stream().findFirst().isPresent();
                    }
                });
    }
}
