package orrery.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import orrery.engine.EngineOptions;
import orrery.engine.LoadListener;
import tools.jackson.databind.node.ObjectNode;

/**
 * What clients are tried against: the demo model behind a key, a model that says a script with a thought and two
 * calls, and one that goes on to the end of its context, with room for a single answer. As a registered
 * extension it serves all tests of a class.
 */
final class ClientServers implements AfterAllCallback {
    static final String KEY = "secret";
    static final String THOUGHT = "Paris, so naïve: 日本.";
    static final String TEXT = "Let me look.";
    static final String CALLS = """
            [{"name": "get_weather", "arguments": {"city": "Zürich"}}, {"name": "add", "arguments": {"a": 1}}]""";
    private static final String SCRIPT = "<think>\n" + THOUGHT + "\n</think>\n\n" + TEXT + "\n<tool_call>\n{\"name\": "
            + "\"get_weather\", \"arguments\": {\"city\": \"Zürich\"}}\n</tool_call>\n<tool_call>\n{\"name\": \"add\", "
            + "\"arguments\": {\"a\": 1}}\n</tool_call><|im_end|>";

    final Path folder = newFolder();
    final ServerFixture demo = ServerFixture.start(4, options -> options.withKeys(List.of(KEY)));
    final ScriptedServer scripted = ScriptedServer.start(folder, "qwen-3", SCRIPT);
    final Server endless = endless(folder.resolve("endless"));

    private static Path newFolder() {
        try {
            return Files.createTempDirectory("orrery-clients");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Server endless(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ScriptedModel.write(folder, "qwen-3", "and on", 0);
        var engine = EngineOptions.defaults().withThreads(1).withMaxSequences(1);
        return Server.start(
                ServerOptions.defaults().withAddress("127.0.0.1", 0).withQueue(0),
                List.of(new ModelSource("endless", List.of(), folder, engine)),
                LoadListener.NONE);
    }

    /** How many tokens the prompt of the scripted answer has. */
    int promptTokens() {
        return scripted.count(ScriptedApi.CHAT, ScriptedApi.CHAT.asking(ScriptedServer.JSON));
    }

    /** What a script in another language must know. */
    ObjectNode told() {
        var told = ScriptedServer.JSON.createObjectNode();
        told.put("demo", demo.server.address().toString());
        told.put("scripted", scripted.server().address().toString());
        told.put("endless", endless.address().toString());
        told.put("key", KEY);
        var asking = told.putObject("asking");
        asking.set("chat", ScriptedApi.CHAT.asking(ScriptedServer.JSON));
        asking.set("responses", ScriptedApi.RESPONSES.asking(ScriptedServer.JSON));
        asking.set("messages", ScriptedApi.MESSAGES.asking(ScriptedServer.JSON));
        var said = told.putObject("said");
        said.put("thought", THOUGHT);
        said.put("text", TEXT);
        said.set("calls", ScriptedServer.JSON.readTree(CALLS));
        said.put("promptTokens", promptTokens());
        return told;
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        endless.close();
        scripted.close();
        demo.close();
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
