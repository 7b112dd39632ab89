package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The same answer in every API, whole and in pieces. */
class AnswersTest {
    private static final String QUESTION = "How many layers does Gemma 3 27B have?";
    private static final String SAID = "Gemma 3 27B has 62 layers.";
    private static final String CHAT =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"" + QUESTION + "\"}],\"temperature\":0,\"max_tokens\":40";
    private static final String RESPONSE = "{\"input\":\"" + QUESTION + "\",\"temperature\":0,\"max_output_tokens\":40";
    private static final String TOOL = "{\"name\":\"weather\",\"description\":\"The weather of a town\",";
    private static final String SCHEMA =
            "{\"type\":\"object\",\"properties\":{\"town\":{\"type\":\"string\"}},\"required\":[\"town\"]}";

    @RegisterExtension
    static final ServerFixture fixture = ServerFixture.start();

    private static ServerFixture.Answer ask(String path, String body) {
        var answer = fixture.post(path, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static ServerFixture.Answer streamed(String path, String body) {
        var answer = ask(path, body + ",\"stream\":true}");
        assertThat(answer.header("content-type")).isEqualTo("text/event-stream");
        assertThat(answer.header("cache-control")).isEqualTo("no-cache");
        return answer;
    }

    private static List<JsonNode> elements(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).toList();
    }

    private static String joined(List<JsonNode> nodes, String pointer) {
        return nodes.stream().map(node -> node.at(pointer).asString("")).collect(Collectors.joining());
    }

    /** Its number of cached tokens depends on who asked before. */
    private static JsonNode withoutCache(JsonNode usage) {
        var copy = (ObjectNode) usage.deepCopy();
        copy.remove("prompt_tokens_details");
        copy.remove("input_tokens_details");
        return copy;
    }

    @Test
    void aChatAnswerHasTheShapeThatClientsExpect() {
        var answer = ask("/v1/chat/completions", CHAT + "}").json();

        assertThat(answer.path("id").asString()).startsWith("chatcmpl-");
        assertThat(answer.path("object").asString()).isEqualTo("chat.completion");
        assertThat(answer.path("created").asLong()).isBetween(1_700_000_000L, 9_999_999_999L);
        assertThat(answer.path("model").asString()).isEqualTo("demo");
        assertThat(answer.path("choices").size()).isEqualTo(1);
        assertThat(answer.at("/choices/0/index").asInt()).isZero();
        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(answer.at("/choices/0/logprobs").isNull()).isTrue();
        assertThat(answer.at("/choices/0/message").toString())
                .isEqualTo("{\"role\":\"assistant\",\"content\":\"" + SAID + "\"}");
        var usage = answer.path("usage");
        assertThat(usage.path("total_tokens").asInt())
                .isEqualTo(usage.path("prompt_tokens").asInt()
                        + usage.path("completion_tokens").asInt());
        assertThat(usage.at("/completion_tokens_details/reasoning_tokens").asInt())
                .isZero();
        var counted = ask("/v1/chat/completions/input_tokens", CHAT + "}").json();
        assertThat(counted.path("input_tokens").asInt())
                .isEqualTo(usage.path("prompt_tokens").asInt());
    }

    @Test
    void theChunksOfAChatAnswerAreTheSameAnswer() {
        var whole = ask("/v1/chat/completions", CHAT + ",\"logprobs\":true,\"top_logprobs\":3}")
                .json();
        var stream = streamed(
                "/v1/chat/completions",
                CHAT + ",\"logprobs\":true,\"top_logprobs\":3,\"stream_options\":{\"include_usage\":true}");

        assertThat(stream.data()).last().isEqualTo("[DONE]");
        var chunks = stream.events();
        assertThat(chunks).allSatisfy(chunk -> {
            assertThat(chunk.path("id")).isEqualTo(chunks.getFirst().path("id"));
            assertThat(chunk.path("object").asString()).isEqualTo("chat.completion.chunk");
        });
        assertThat(chunks.getFirst().at("/choices/0/delta/role").asString()).isEqualTo("assistant");
        assertThat(joined(chunks, "/choices/0/delta/content")).isEqualTo(SAID);
        var last = chunks.getLast();
        assertThat(last.path("choices").isEmpty()).isTrue();
        assertThat(withoutCache(last.path("usage"))).isEqualTo(withoutCache(whole.path("usage")));
        assertThat(chunks.get(chunks.size() - 2).at("/choices/0/finish_reason").asString())
                .isEqualTo("stop");
        var logprobs = new ArrayList<JsonNode>();
        chunks.forEach(chunk -> logprobs.addAll(elements(chunk.at("/choices/0/logprobs/content"))));
        assertThat(logprobs).isEqualTo(elements(whole.at("/choices/0/logprobs/content")));
    }

    @Test
    void logProbabilitiesAreThoseOfTheTextsTokens() {
        var answer = ask("/v1/chat/completions", CHAT + ",\"logprobs\":true,\"top_logprobs\":5}")
                .json();

        var content = elements(answer.at("/choices/0/logprobs/content"));
        assertThat(content.size())
                .isEqualTo(answer.at("/usage/completion_tokens").asInt());
        assertThat(joined(content, "/token")).startsWith(SAID);
        assertThat(content).allSatisfy(token -> {
            assertThat(token.path("logprob").asDouble()).isBetween(-30.0, 0.0);
            var best = elements(token.path("top_logprobs"));
            assertThat(best).hasSize(5);
            // Greedy: what was chosen is the best.
            assertThat(best.getFirst().path("token")).isEqualTo(token.path("token"));
            assertThat(best.getFirst().path("logprob")).isEqualTo(token.path("logprob"));
            for (int i = 1; i < best.size(); i++) {
                assertThat(best.get(i).path("logprob").asDouble())
                        .isLessThanOrEqualTo(best.get(i - 1).path("logprob").asDouble());
            }
        });
    }

    @Test
    void severalAnswersWithASeedAreTheSameEachTime() {
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"Tell me a story\"}],\"temperature\":1.2,"
                + "\"max_tokens\":12,\"seed\":7,\"n\":3,\"ignore_eos\":true";
        var first = ask("/v1/chat/completions", body + "}").json();
        var second = ask("/v1/chat/completions", body + "}").json();
        var chunks = streamed("/v1/chat/completions", body + ",\"stream_options\":{\"include_usage\":true}")
                .events();

        assertThat(first.path("choices").size()).isEqualTo(3);
        assertThat(second.path("choices")).isEqualTo(first.path("choices"));
        var texts = elements(first.path("choices")).stream()
                .map(choice -> choice.at("/message/content").asString())
                .toList();
        assertThat(texts).doesNotHaveDuplicates();
        for (int i = 0; i < 3; i++) {
            int answer = i;
            var own = chunks.stream()
                    .filter(chunk -> chunk.at("/choices/0/index").asInt(-1) == answer)
                    .toList();
            assertThat(joined(own, "/choices/0/delta/content")).isEqualTo(texts.get(i));
            assertThat(own.getLast().at("/choices/0/finish_reason").asString()).isEqualTo("length");
        }
        assertThat(withoutCache(chunks.getLast().path("usage"))).isEqualTo(withoutCache(first.path("usage")));
        assertThat(first.at("/usage/completion_tokens").asInt()).isEqualTo(36);
    }

    @ParameterizedTest
    @ValueSource(strings = {" layers", "2 la", "layers.", "62"})
    void aStopTextEndsAnAnswerAndIsLeftOut(String stop) {
        // The chat format strips what surrounds a text.
        String expected = SAID.substring(0, SAID.indexOf(stop)).stripTrailing();
        String openAi = CHAT + ",\"stop\":[\"never\",\"" + stop + "\"]";
        var whole = ask("/v1/chat/completions", openAi + "}").json();
        assertThat(whole.at("/choices/0/message/content").asString()).isEqualTo(expected);
        assertThat(whole.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(joined(streamed("/v1/chat/completions", openAi).events(), "/choices/0/delta/content"))
                .isEqualTo(expected);

        String anthropic = CHAT + ",\"stop_sequences\":[\"never\",\"" + stop + "\"]";
        var message = ask("/v1/messages", anthropic + "}").json();
        assertThat(message.at("/content/0/text").asString()).isEqualTo(expected);
        assertThat(message.path("stop_reason").asString()).isEqualTo("stop_sequence");
        assertThat(message.path("stop_sequence").asString()).isEqualTo(stop);
        var events = streamed("/v1/messages", anthropic).events();
        assertThat(joined(events, "/delta/text")).isEqualTo(expected);
        assertThat(joined(events, "/delta/stop_sequence")).isEqualTo(stop);
    }

    @Test
    void anAnswerThatIsCutSaysSo() {
        assertThat(ask("/v1/chat/completions", CHAT.replace("40", "2") + "}")
                        .json()
                        .at("/choices/0/finish_reason")
                        .asString())
                .isEqualTo("length");
        assertThat(ask("/v1/messages", CHAT.replace("40", "2") + "}")
                        .json()
                        .path("stop_reason")
                        .asString())
                .isEqualTo("max_tokens");
        var response = ask("/v1/responses", RESPONSE.replace("40", "2") + "}").json();
        assertThat(response.path("status").asString()).isEqualTo("incomplete");
        assertThat(response.at("/incomplete_details/reason").asString()).isEqualTo("max_output_tokens");
        assertThat(response.at("/output/0/status").asString()).isEqualTo("incomplete");
    }

    @Test
    void aMessageHasTheShapeThatClientsExpectAndItsEventsAreTheSame() {
        var whole = ask("/v1/messages", CHAT + "}").json();
        assertThat(whole.path("id").asString()).startsWith("msg_");
        assertThat(whole.path("type").asString()).isEqualTo("message");
        assertThat(whole.path("role").asString()).isEqualTo("assistant");
        assertThat(whole.path("model").asString()).isEqualTo("demo");
        assertThat(whole.path("content").toString()).isEqualTo("[{\"type\":\"text\",\"text\":\"" + SAID + "\"}]");
        assertThat(whole.path("stop_reason").asString()).isEqualTo("end_turn");
        assertThat(whole.path("stop_sequence").isNull()).isTrue();

        var stream = streamed("/v1/messages", CHAT);
        var events = stream.events();
        var types = events.stream().map(event -> event.path("type").asString()).toList();
        assertThat(types).startsWith("message_start", "content_block_start", "content_block_delta");
        assertThat(types).endsWith("content_block_delta", "content_block_stop", "message_delta", "message_stop");
        assertThat(stream.body()
                        .lines()
                        .filter(line -> line.startsWith("event: "))
                        .map(line -> line.substring(7)))
                .containsExactlyElementsOf(types);
        assertThat(joined(events, "/delta/text")).isEqualTo(SAID);
        assertThat(joined(events, "/delta/stop_reason")).isEqualTo("end_turn");
        var usage = events.get(events.size() - 2).path("usage");
        assertThat(usage.path("output_tokens")).isEqualTo(whole.at("/usage/output_tokens"));
        assertThat(anthropicInput(usage)).isEqualTo(anthropicInput(whole.path("usage")));
    }

    /** All tokens of a prompt, known or not. */
    private static int anthropicInput(JsonNode usage) {
        return usage.path("input_tokens").asInt()
                + usage.path("cache_read_input_tokens").asInt()
                + usage.path("cache_creation_input_tokens").asInt();
    }

    @Test
    void aResponseHasTheShapeThatClientsExpectAndItsEventsAreTheSame() {
        var whole = ask("/v1/responses", RESPONSE + "}").json();
        assertThat(whole.path("id").asString()).startsWith("resp_");
        assertThat(whole.path("object").asString()).isEqualTo("response");
        assertThat(whole.path("status").asString()).isEqualTo("completed");
        assertThat(whole.path("output").size()).isEqualTo(1);
        assertThat(whole.at("/output/0/type").asString()).isEqualTo("message");
        assertThat(whole.at("/output/0/content/0/type").asString()).isEqualTo("output_text");
        assertThat(whole.at("/output/0/content/0/text").asString()).isEqualTo(SAID);

        var stream = streamed("/v1/responses", RESPONSE);
        var events = stream.events();
        var types = events.stream().map(event -> event.path("type").asString()).toList();
        assertThat(types)
                .startsWith(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta");
        assertThat(types)
                .endsWith(
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("sequence_number").asInt()).isEqualTo(i);
        }
        assertThat(events.stream()
                        .filter(event -> event.path("type").asString().equals("response.output_text.delta"))
                        .map(event -> event.path("delta").asString())
                        .collect(Collectors.joining()))
                .isEqualTo(SAID);
        var response = events.getLast().path("response");
        assertThat(response.propertyNames()).containsExactlyElementsOf(whole.propertyNames());
        assertThat(response.at("/output/0/content")).isEqualTo(whole.at("/output/0/content"));
        assertThat(withoutCache(response.path("usage"))).isEqualTo(withoutCache(whole.path("usage")));
        var counted = ask("/v1/responses/input_tokens", RESPONSE + "}").json();
        assertThat(counted.path("input_tokens")).isEqualTo(whole.at("/usage/input_tokens"));
    }

    @Test
    void tokensThatAreCountedAreThoseThatAreUsed() {
        String conversation = "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"},"
                + "{\"type\":\"text\",\"text\":\"Wie geht's? \ud83d\ude00\"}]},{\"role\":\"assistant\",\"content\":\"Well.\"},"
                + "{\"role\":\"user\",\"content\":\"" + QUESTION + "\"}]";
        String anthropic = "{\"system\":\"Be brief.\"," + conversation + ",\"tools\":[" + TOOL + "\"input_schema\":"
                + SCHEMA + "}]";
        int counted = ask("/v1/messages/count_tokens", anthropic + "}")
                .json()
                .path("input_tokens")
                .asInt();
        var used = ask("/v1/messages", anthropic + ",\"max_tokens\":1}").json().path("usage");
        assertThat(anthropicInput(used)).isEqualTo(counted);

        String openAi = "{" + conversation + ",\"tools\":[{\"type\":\"function\",\"function\":" + TOOL
                + "\"parameters\":" + SCHEMA + "}}]";
        int prompt = ask("/v1/chat/completions", openAi + ",\"max_tokens\":1}")
                .json()
                .at("/usage/prompt_tokens")
                .asInt();
        assertThat(ask("/v1/chat/completions/input_tokens", openAi + "}")
                        .json()
                        .path("input_tokens")
                        .asInt())
                .isEqualTo(prompt);
        String text = ask("/apply-template", openAi + "}").json().path("prompt").asString();
        assertThat(text).contains("weather", QUESTION);
        assertThat(ask("/tokenize", tokenize(text, ",\"add_special\":false"))
                        .json()
                        .path("tokens")
                        .size())
                .isEqualTo(prompt);
    }

    private static String tokenize(String text, String more) {
        return ServerFixture.JSON
                .createObjectNode()
                .put("content", text)
                .toString()
                .replaceFirst("}$", more + "}");
    }

    @Test
    void completionsContinueTextsAndIds() {
        String ask = ",\"temperature\":0,\"max_tokens\":8,\"logprobs\":2";
        var ids = ask("/tokenize", tokenize("It was a", "")).json().path("tokens");
        var whole = ask("/v1/completions", "{\"prompt\":[\"It was a\"," + ids + "]" + ask + "}")
                .json();

        assertThat(whole.path("object").asString()).isEqualTo("text_completion");
        assertThat(whole.path("choices").size()).isEqualTo(2);
        var first = whole.at("/choices/0");
        String text = first.path("text").asString();
        assertThat(whole.at("/choices/1/text").asString()).isEqualTo(text).isNotEmpty();
        assertThat(first.path("finish_reason").asString()).isEqualTo("length");
        assertThat(elements(first.at("/logprobs/tokens")).stream()
                        .map(JsonNode::asString)
                        .collect(Collectors.joining()))
                .isEqualTo(text);
        assertThat(first.at("/logprobs/token_logprobs").size()).isEqualTo(8);
        assertThat(first.at("/logprobs/top_logprobs/0").size()).isEqualTo(2);
        assertThat(whole.at("/usage/prompt_tokens").asInt()).isEqualTo(2 * ids.size());
        assertThat(whole.at("/usage/completion_tokens").asInt()).isEqualTo(16);

        var stream = streamed("/v1/completions", "{\"prompt\":\"It was a\"" + ask);
        assertThat(stream.data()).last().isEqualTo("[DONE]");
        assertThat(joined(stream.events(), "/choices/0/text")).isEqualTo(text);
        var offsets = new ArrayList<JsonNode>();
        stream.events().forEach(chunk -> offsets.addAll(elements(chunk.at("/choices/0/logprobs/text_offset"))));
        assertThat(offsets).isEqualTo(elements(first.at("/logprobs/text_offset")));
        var echo = ask(
                "/v1/completions", "{\"prompt\":\"It was a\",\"echo\":true" + ask.replace(",\"logprobs\":2", "") + "}");
        assertThat(echo.json().at("/choices/0/text").asString()).isEqualTo("It was a" + text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "It was a day.",
                "",
                "  two  spaces\n\n\n",
                "Zürich 東京 \uD83D\uDE00",
                "a <end_of_turn> b",
                "\u0000"
            })
    void whatIsTokenizedCanBeReadAgain(String text) {
        var plain = ask("/tokenize", tokenize(text, ",\"add_special\":false,\"parse_special\":false"))
                .json();
        assertThat(ask("/detokenize", "{\"tokens\":" + plain.path("tokens") + "}")
                        .json()
                        .path("content")
                        .asString())
                .isEqualTo(text);
        var pieces = ask("/tokenize", tokenize(text, ",\"with_pieces\":true,\"add_special\":false"))
                .json();
        assertThat(pieces.path("tokens").size())
                .isEqualTo(ask("/tokenize", tokenize(text, ",\"add_special\":false"))
                        .json()
                        .path("tokens")
                        .size());
    }
}
