package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.server.api.Field;
import orrery.server.api.FieldTable;
import orrery.server.api.Fields;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Bodies that are wrong, field by field: a client is told which, and the server is never to blame. */
class FieldsTest {
    private static final String CHAT =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":1,\"temperature\":0}";

    private static String with(String field) {
        return CHAT.replace("}]", "}]," + field);
    }

    @RegisterExtension
    static final ServerFixture fixture = ServerFixture.start();

    /** An endpoint, what it takes, and a body that it answers. */
    record Case(String path, FieldTable table, String body) {
        @Override
        public String toString() {
            return path;
        }
    }

    static Stream<Case> cases() {
        String tools = "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\",\"strict\":false,"
                + "\"parameters\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"]}}}]";
        String chat = "{\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]},"
                + "{\"role\":\"assistant\",\"content\":null,\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
                + "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":\\\"x\\\"}\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"ok\"},{\"role\":\"user\",\"content\":\"And?\",\"name\":\"joe\"}],"
                + "\"tools\":" + tools + ",\"tool_choice\":\"auto\",\"max_tokens\":1,\"temperature\":0,"
                + "\"stream_options\":{\"include_usage\":true},\"logit_bias\":{\"7\":1},\"stop\":[\"x\"],"
                + "\"response_format\":{\"type\":\"text\"},\"chat_template_kwargs\":{\"enable_thinking\":false}}";
        String messages = "{\"system\":[{\"type\":\"text\",\"text\":\"Be brief.\"}],\"messages\":["
                + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\",\"cache_control\":{\"type\":\"ephemeral\"}}]},"
                + "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"\"},"
                + "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{\"a\":\"x\"}}]},"
                + "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"is_error\":true,"
                + "\"content\":[{\"type\":\"text\",\"text\":\"no\"}]}]}],"
                + "\"tools\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}}],"
                + "\"tool_choice\":{\"type\":\"auto\",\"disable_parallel_tool_use\":true},"
                + "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":0},\"output_config\":{\"effort\":\"high\"}";
        String responses = "{\"instructions\":\"Be brief.\",\"input\":[{\"role\":\"user\",\"content\":\"Hi\"},"
                + "{\"type\":\"reasoning\",\"id\":\"r1\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"hm\"}]},"
                + "{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"},"
                + "{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"ok\"},"
                + "{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"And?\"}]}],"
                + "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\",\"strict\":false,\"parameters\":{\"type\":\"object\"}},"
                + "{\"type\":\"namespace\",\"name\":\"s\",\"tools\":[{\"type\":\"function\",\"name\":\"g\"}]}],"
                + "\"max_output_tokens\":1,\"temperature\":0,\"reasoning\":{\"effort\":\"low\"},\"text\":{\"format\":{\"type\":\"text\"}}}";
        return Stream.of(
                new Case("/v1/chat/completions", Fields.CHAT, chat),
                new Case("/v1/chat/completions/input_tokens", Fields.CHAT, chat),
                new Case("/apply-template", Fields.CHAT, chat),
                new Case(
                        "/v1/completions",
                        Fields.COMPLETIONS,
                        "{\"prompt\":[[2,100],\"It was\"],\"max_tokens\":1,\"temperature\":0}"),
                new Case(
                        "/v1/embeddings",
                        Fields.EMBEDDINGS,
                        "{\"input\":[\"It was\",[2,100]],\"encoding_format\":\"base64\"}"),
                new Case(
                        "/v1/messages",
                        Fields.MESSAGES,
                        messages + ",\"stop_sequences\":[\"x\"],\"max_tokens\":1,\"temperature\":0}"),
                new Case("/v1/messages/count_tokens", Fields.COUNT_TOKENS, messages + "}"),
                new Case("/v1/responses", Fields.RESPONSES, responses),
                new Case("/v1/responses/input_tokens", Fields.RESPONSES, responses),
                new Case("/tokenize", Fields.TOKENIZE, "{\"content\":\"It was\",\"with_pieces\":true}"),
                new Case("/detokenize", Fields.DETOKENIZE, "{\"tokens\":[2,100,200]}"));
    }

    private static ObjectNode parse(String json) {
        return (ObjectNode) ServerFixture.JSON.readTree(json);
    }

    private static JsonNode node(String json) {
        return ServerFixture.JSON.readTree(json);
    }

    /** Where the name of what is wrong stands: Anthropic's errors have no field for it. */
    private static String named(JsonNode answer) {
        var error = answer.path("error");
        return error.path("param").isString()
                ? error.path("param").stringValue()
                : error.path("message").asString();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void takesItsOwnExample(Case one) {
        var answer = fixture.post(one.path(), one.body());

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("orrery-ignored")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aHonouredFieldOfAWrongTypeIsNamed(Case one) {
        var wrong = Map.of(
                "strings", List.of("5", "true", "{\"a\":[{}]}", "[5,{}]"),
                "numbers", List.of("\"x\"", "true", "{}", "[]", "1.5e308"),
                "flags", List.of("\"true\"", "1", "{}", "[]"),
                "objects", List.of("5", "\"x\"", "true", "[1]"),
                "lists", List.of("5", "true", "{}"));
        var softly = new SoftAssertions();
        for (var field : one.table().all()) {
            if (field.use() != Field.Use.HONOURED) {
                continue;
            }
            for (String value : wrong.getOrDefault(kind(one, field.name()), List.of())) {
                var body = parse(one.body());
                body.set(field.name(), node(value));
                var answer = fixture.post(one.path(), body.toString());
                softly.assertThat(answer.status())
                        .as(field.name() + " = " + value + ": " + answer.body())
                        .isEqualTo(400);
                softly.assertThat(named(answer.json()))
                        .as(field.name() + " = " + value + ": " + answer.body())
                        .startsWith(field.name());
            }
        }
        softly.assertAll();
    }

    private static boolean generates(Case one) {
        return Set.of("/v1/chat/completions", "/v1/completions", "/v1/messages", "/v1/responses")
                .contains(one.path());
    }

    /** What a field is, so that everything else is wrong; nothing where the endpoint does not read it. */
    private static String kind(Case one, String name) {
        return switch (name) {
            case "model" -> "strings";
            case "content" -> "strings";
            case "messages", "tools", "tokens" -> "lists";
            case "chat_template_kwargs" -> "objects";
            case "prompt", "input", "system" -> "lists";
            case "instructions", "reasoning_effort", "encoding_format" -> "strings";
            case "add_special", "parse_special", "with_pieces" -> "flags";
            case "thinking", "reasoning", "output_config" -> "objects";
            case "tool_choice" -> "lists";
            default -> {
                if (!generates(one)) {
                    // Endpoints that only count do not read how tokens are chosen.
                    yield "";
                }
                yield switch (name) {
                    case "stream",
                            "ignore_eos",
                            "echo",
                            "parallel_tool_calls",
                            "background",
                            "timings_per_token",
                            "return_progress" -> "flags";
                    case "stream_options",
                            "logit_bias",
                            "response_format",
                            "text",
                            "output_format",
                            "guided_json",
                            "json_schema",
                            "structured_outputs" -> "objects";
                    case "guided_regex", "guided_grammar", "grammar" -> "strings";
                    case "stop", "stop_sequences", "guided_choice" -> "lists";
                    case "logprobs" -> one.path().endsWith("chat/completions") ? "flags" : "numbers";
                    case "max_tokens", "max_completion_tokens", "max_output_tokens" -> "tokens";
                    default -> "numbers";
                };
            }
        };
    }

    /** Values within a body that is right are put in the place of other kinds of values. */
    @ParameterizedTest
    @MethodSource("cases")
    void nothingWithinABodyMakesTheServerFail(Case one) {
        var values = List.of(
                "5",
                "\"\\ud800x\"",
                "true",
                "[]",
                "{}",
                "[[1]]",
                "{\"type\":5}",
                "null",
                "1e308",
                "\"<bos>\\u0000\"",
                "-1");
        var paths = new ArrayList<String>();
        collect("", node(one.body()), paths);
        var softly = new SoftAssertions();
        for (int i = 0; i < paths.size(); i++) {
            String path = paths.get(i);
            if (generates(one) && !path.startsWith("/prompt") && path.lastIndexOf('/') > 0) {
                // What counts tokens reads conversations by the same code, without the work of an answer.
                continue;
            }
            for (int k = i % 2; k < values.size(); k += 2) {
                var body = parse(one.body());
                put(body, path, node(values.get(k)));
                var answer = fixture.post(one.path(), body.toString());
                String said = path + " = " + values.get(k) + ": " + answer.body();
                softly.assertThat(answer.status()).as(said).isIn(200, 400, 404);
                softly.assertThat(answer.body()).doesNotContain("Exception", "java.", "tools.jackson", "/demo-model");
            }
        }
        softly.assertAll();
    }

    private static void put(ObjectNode body, String path, JsonNode value) {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        if (body.at(path.substring(0, slash)) instanceof ArrayNode list) {
            list.set(Integer.parseInt(name), value);
        } else {
            ((ObjectNode) body.at(path.substring(0, slash))).set(name, value);
        }
    }

    private static void collect(String at, JsonNode node, List<String> paths) {
        if (!at.isEmpty()) {
            paths.add(at);
        }
        if (node instanceof ObjectNode object) {
            object.properties().forEach(entry -> collect(at + "/" + entry.getKey(), entry.getValue(), paths));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                collect(at + "/" + i, node.get(i), paths);
            }
        }
    }

    /** What is out of its bounds, or not quite JSON: each with the field that is named, or none. */
    static Stream<Arguments> bounds() {
        String chat = "/v1/chat/completions";
        String text = "/v1/completions";
        String prompt = "\"prompt\":\"It\",\"max_tokens\":1";
        return Stream.of(
                arguments(chat, CHAT.replace("\"max_tokens\":1", "\"max_tokens\":0"), "max_tokens"),
                arguments(chat, CHAT.replace("\"max_tokens\":1", "\"max_tokens\":-1"), "max_tokens"),
                arguments(chat, CHAT.replace("\"max_tokens\":1", "\"max_tokens\":1.5"), "max_tokens"),
                arguments(chat, CHAT.replace("\"temperature\":0", "\"temperature\":-0.1"), "temperature"),
                arguments(chat, CHAT.replace("\"temperature\":0", "\"temperature\":NaN"), ""),
                arguments(chat, CHAT.replace("\"temperature\":0", "\"temperature\":Infinity"), ""),
                arguments(chat, CHAT.replace("\"temperature\":0", "\"temperature\":0,\"temperature\":1"), ""),
                arguments(chat, CHAT + "{}", ""),
                arguments(chat, CHAT.substring(0, CHAT.length() - 1), ""),
                arguments(chat, "", ""),
                arguments(chat, "null", ""),
                arguments(chat, "[]", ""),
                arguments(chat, "{\"messages\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", ""),
                arguments(chat, "[".repeat(100_000), ""),
                arguments(chat, "{\"messages\":[]}", "messages"),
                arguments(chat, "{\"messages\":[{\"role\":\"king\",\"content\":\"x\"}]}", "messages[0].role"),
                arguments(chat, "{\"messages\":[{\"content\":\"x\"}]}", "messages[0].role"),
                arguments(chat, "{\"messages\":[{\"role\":7,\"content\":\"x\"}]}", "messages[0].role"),
                arguments(chat, "{\"messages\":[{\"role\":\"user\"}]}", "messages[0].content"),
                arguments(
                        chat,
                        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}",
                        "messages[0].content[0]"),
                arguments(chat, with("\"n\":17"), "n"),
                arguments(chat, with("\"n\":0"), "n"),
                arguments(chat, with("\"top_logprobs\":3"), "top_logprobs"),
                arguments(chat, with("\"logprobs\":true,\"top_logprobs\":21"), "top_logprobs"),
                arguments(chat, with("\"tool_choice\":\"required\""), "tool_choice"),
                arguments(chat, with("\"response_format\":{\"type\":\"yaml\"}"), "response_format"),
                arguments(chat, with("\"guided_json\":{},\"guided_choice\":[\"x\"]"), "guided_choice"),
                arguments(chat, with("\"json_schema\":{\"properties\":{\"a\":{\"type\":\"text\"}}}"), "json_schema"),
                arguments(
                        chat,
                        with("\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"),
                        "tool_choice"),
                arguments(chat, with("\"audio\":{}"), "audio"),
                arguments(chat, with("\"model\":\"other\""), "model"),
                arguments(text, "{" + prompt + ",\"repetition_penalty\":0}", "repetition_penalty"),
                arguments(text, "{" + prompt + ",\"repetition_penalty\":1e-320}", "repetition_penalty"),
                arguments(text, "{" + prompt + ",\"logit_bias\":{\"5\":101}}", "logit_bias"),
                arguments(text, "{" + prompt + ",\"logit_bias\":{\"x\":1}}", "logit_bias"),
                arguments(text, "{" + prompt + ",\"logit_bias\":{\"999999999\":1}}", "logit_bias"),
                arguments(text, "{" + prompt + ",\"seed\":1e30}", "seed"),
                arguments(text, "{" + prompt + ",\"best_of\":2}", "best_of"),
                arguments(text, "{\"prompt\":[]}", "prompt"),
                arguments(text, "{\"prompt\":[[]]}", "prompt"),
                arguments(text, "{\"prompt\":[-1]}", "prompt[0]"),
                arguments(text, "{\"prompt\":[2,4096]}", "prompt[1]"),
                arguments(text, "{\"prompt\":[2,99999999999]}", "prompt"),
                arguments(text, "{\"prompt\":[" + "7,".repeat(3000) + "7]}", "prompt"),
                arguments("/detokenize", "{\"tokens\":[-1]}", "tokens[0]"),
                arguments("/detokenize", "{\"tokens\":[2147483647]}", "tokens[0]"),
                arguments("/v1/responses", "{\"input\":\"x\",\"background\":true}", "background"),
                arguments("/v1/responses", "{\"input\":\"x\",\"previous_response_id\":\"y\"}", "previous_response_id"),
                arguments("/v1/responses", "{\"input\":\"" + "word ".repeat(5000) + "\"}", "input"),
                arguments("/v1/messages", "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}", "max_tokens"),
                arguments(
                        "/v1/messages",
                        with("\"output_config\":{\"format\":{\"type\":\"json_schema\"}}"),
                        "output_config.format"),
                arguments("/v1/messages", with("\"thread\":{\"type\":\"create\"}"), "thread"),
                arguments(
                        "/v1/messages",
                        "{\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":5}]}",
                        "messages[0].content"),
                arguments(
                        "/v1/messages",
                        "{\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\"}]}]}",
                        "messages[0].content[0]"));
    }

    @ParameterizedTest
    @MethodSource("bounds")
    void whatIsOutOfItsBoundsIsRefusedByName(String path, String body, String param) {
        var answer = fixture.post(path, body);

        assertThat(answer.status()).as(answer.body()).isIn(400, 404);
        var error = answer.json().path("error");
        assertThat(error.path("message").asString().length()).as(answer.body()).isBetween(5, 400);
        if (path.equals("/v1/messages")) {
            assertThat(answer.json().path("type").asString()).isEqualTo("error");
            assertThat(error.path("message").asString()).startsWith(param);
        } else {
            assertThat(error.path("param").asString("")).as(answer.body()).isEqualTo(param);
        }
    }

    @Test
    void aNumberOfTokensMayBeAsLargeAsItLikes() {
        for (String most : List.of("2147483648", "1e30", "9".repeat(60))) {
            var answer = fixture.post(
                    "/v1/chat/completions",
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"How many layers does Gemma 3 1B have?\"}],"
                            + "\"temperature\":0,\"max_tokens\":" + most + "}");

            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.json().at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        }
    }

    @Test
    void invalidUtf8IsNoJson() {
        byte[] bytes = CHAT.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        bytes[CHAT.indexOf("Hi")] = (byte) 0xC3;
        var answer = fixture.send(fixture.request("/v1/chat/completions")
                .header("content-type", "application/json")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofByteArray(bytes))
                .build());

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/error/code").asString()).isEqualTo("invalid_json");
    }

    @Test
    void nullIsAbsent() {
        var body = parse(CHAT);
        for (var field : Fields.CHAT.all()) {
            if (!body.has(field.name())) {
                body.putNull(field.name());
            }
        }
        body.putNull("no_such_field");
        var answer = fixture.post("/v1/chat/completions", body.toString());

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("orrery-ignored")).isEmpty();
    }
}
