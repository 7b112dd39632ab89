package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Functions within a namespace: the model is told both names as one, and a client gets them apart. */
final class NamespacedToolsTest {
    private static final String ASKING = """
            {"input": "Close it.", "tools": [
              {"type": "function", "name": "close", "parameters": {"type": "object", "properties": {}}},
              {"type": "namespace", "name": "agents", "description": "Helpers.", "tools": [
                {"type": "function", "name": "close", "strict": false,
                  "parameters": {"type": "object", "properties": {"target": {"type": "string"}}}},
                {"type": "custom", "name": "free"}]}]}""";
    private static final String SCRIPT =
            "<tool_call>\n{\"name\": \"agents__close\", \"arguments\": {\"target\": \"x\"}}\n"
                    + "</tool_call>\n<tool_call>\n{\"name\": \"close\", \"arguments\": {}}\n</tool_call><|im_end|>";

    @TempDir
    private Path folder;

    private static ObjectNode asking() {
        return (ObjectNode) ScriptedServer.JSON.readTree(ASKING);
    }

    @Test
    void aCallNamesItsNamespace() {
        int promptTokens;
        try (var first = ScriptedServer.start(folder.resolve("first"), "qwen-3", SCRIPT, 0)) {
            promptTokens = first.count(ScriptedApi.RESPONSES, asking());
        }
        try (var server = ScriptedServer.start(folder.resolve("second"), "qwen-3", SCRIPT, promptTokens)) {
            var output = ScriptedServer.JSON
                    .readTree(server.post("/v1/responses", asking()))
                    .get("output");

            assertThat(output.get(0).get("name").stringValue()).isEqualTo("close");
            assertThat(output.get(0).get("namespace").stringValue()).isEqualTo("agents");
            assertThat(output.get(0).get("arguments").stringValue()).isEqualTo("{\"target\": \"x\"}");
            assertThat(output.get(1).get("name").stringValue()).isEqualTo("close");
            assertThat(output.get(1).has("namespace")).isFalse();
            assertThat(server.post("/v1/responses", asking().put("stream", true)))
                    .contains("\"name\":\"close\",\"namespace\":\"agents\"");
        }
    }

    @Test
    void theModelReadsItsCallBackUnderTheNameThatItKnows() {
        try (var server = ScriptedServer.start(folder, "qwen-3", SCRIPT, 0)) {
            String call = """
                    {"type": "function_call", "call_id": "c", "name": "close", "namespace": "agents", "arguments": "{}"}""";
            var apart = asking();
            apart.putArray("input").add(ScriptedServer.JSON.readTree(call));
            var together = asking();
            together.putArray("input")
                    .add(ScriptedServer.JSON.readTree(
                            call.replace("\"close\", \"namespace\": \"agents\"", "\"agents__close\"")));

            assertThat(server.count(ScriptedApi.RESPONSES, apart))
                    .isEqualTo(server.count(ScriptedApi.RESPONSES, together));
        }
    }

    @Test
    void aToolWithinANamespaceIsNamedByItsPlaceWhereItIsWrong() {
        try (var fixture = ServerFixture.start()) {
            var answer = fixture.post("/v1/responses", """
                    {"input": "x", "tools": [{"type": "namespace", "name": "a", "tools": [{"type": "function"}]}]}""");

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().at("/error/param").stringValue()).isEqualTo("tools[0].tools[0].name");
        }
    }
}
