package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.ObjectMappers;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Usage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** anthropic-java as its users set it up: another base URL, a key, and nothing else. */
class AnthropicJavaTest {
    private static final String QUESTION = "How many layers does Gemma 3 27B have?";
    private static final String SAID = "Gemma 3 27B has 62 layers.";

    @RegisterExtension
    static final ClientServers servers = new ClientServers();

    private static AnthropicClient client(Server server, String key) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(server.address().toString())
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static AnthropicClient demo() {
        return client(servers.demo.server, ClientServers.KEY);
    }

    private static MessageCreateParams.Builder question() {
        return MessageCreateParams.builder().model("demo").maxTokens(100).addUserMessage(QUESTION);
    }

    private static long promptTokens(Usage usage) {
        return usage.inputTokens() + usage.cacheReadInputTokens().orElse(0L);
    }

    @Test
    void aMessageIsAnsweredWholeAndStreamed() {
        var whole = demo().messages().create(question().build());
        whole.validate();
        assertThat(whole.content()).extracting(block -> block.asText().text()).containsExactly(SAID);
        assertThat(whole.stopReason()).contains(StopReason.END_TURN);
        var counted = demo().messages()
                .countTokens(MessageCountTokensParams.builder()
                        .model("demo")
                        .addUserMessage(QUESTION)
                        .build());
        assertThat(promptTokens(whole.usage())).isEqualTo(counted.inputTokens());

        var accumulator = MessageAccumulator.create();
        try (var stream = demo().messages().createStreaming(question().build())) {
            stream.stream().forEach(piece -> accumulator.accumulate(piece.validate()));
        }
        var streamed = accumulator.message();
        assertThat(streamed.content())
                .extracting(block -> block.asText().text())
                .containsExactly(SAID);
        assertThat(streamed.usage().outputTokens()).isEqualTo(whole.usage().outputTokens());
    }

    @Test
    void thoughtsAndCallsArriveAsSuch() throws Exception {
        var body = ObjectMappers.jsonMapper()
                .readValue(ScriptedApi.MESSAGES.asking(ScriptedServer.JSON).toString(), MessageCreateParams.Body.class);
        var params = MessageCreateParams.builder().body(body).build();
        var messages = client(servers.scripted.server(), "unused").messages();
        var accumulator = MessageAccumulator.create();
        try (var stream = messages.createStreaming(params)) {
            stream.stream().forEach(piece -> accumulator.accumulate(piece.validate()));
        }
        var whole = messages.create(params);

        for (var answer : List.of(whole, accumulator.message())) {
            answer.validate();
            var content = answer.content();
            assertThat(content.get(0).asThinking().thinking()).isEqualTo(ClientServers.THOUGHT);
            assertThat(content.get(1).asText().text()).isEqualTo(ClientServers.TEXT);
            assertThat(content.subList(2, content.size()))
                    .extracting(block -> block.asToolUse().name())
                    .containsExactly("get_weather", "add");
            assertThat(answer.stopReason()).contains(StopReason.TOOL_USE);
            assertThat(promptTokens(answer.usage())).isEqualTo(servers.promptTokens());
        }

        // The client's own way to send an answer back: with its thoughts and calls.
        var back = MessageCreateParams.builder()
                .body(body)
                .addMessage(whole)
                .addUserMessage("And now?")
                .build();
        var counted = messages.countTokens(MessageCountTokensParams.builder()
                .model("scripted")
                .messages(back.messages())
                .tools(back.tools().orElseThrow().stream()
                        .map(tool -> com.anthropic.models.messages.MessageCountTokensTool.ofTool(tool.asTool()))
                        .toList())
                .build());
        assertThat(promptTokens(messages.create(back).usage())).isEqualTo(counted.inputTokens());
    }

    @Test
    void modelsAreListedAndFound() {
        assertThat(demo().models().list().autoPager())
                .extracting(model -> model.displayName())
                .containsExactly("demo");
        assertThat(demo().models().retrieve("demo").validate().createdAt().getYear())
                .isGreaterThan(2023);
    }

    @Test
    void errorsAreThoseThatTheClientKnows() {
        var messages = demo().messages();
        assertThatThrownBy(() -> messages.create(question().model("other").build()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("there is no model 'other' here");
        assertThatThrownBy(
                        () -> messages.createStreaming(question().maxTokens(0).build()))
                .isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> client(servers.demo.server, "wrong").models().list())
                .isInstanceOf(UnauthorizedException.class);
    }

    @Test
    void oneTooManyIsToldSoAndOneThatLeavesMakesRoom() {
        var params = question().model("endless").maxTokens(100_000).build();
        var endless = client(servers.endless, "unused").messages();
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
