package orrery.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import orrery.token.ChatMessage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The model in this repository, and the reference implementation's results for it. */
final class Demo {
    static final Path MODEL = Path.of("..", "demo-model");

    /** A question, and the reference's greedy answer. */
    record Conversation(List<ChatMessage> messages, int[] promptIds, int[] greedyIds, String text) {
        @Override
        public String toString() {
            return messages.getLast().content();
        }
    }

    private Demo() {}

    static Engine open() {
        return open(EngineOptions.defaults());
    }

    static Engine open(EngineOptions options) {
        return Engine.open(MODEL, options);
    }

    static List<Conversation> conversations() {
        var conversations = new ArrayList<Conversation>();
        for (var node : JsonMapper.shared().readTree(MODEL.resolve("reference.json"))) {
            var messages = new ArrayList<ChatMessage>();
            node.get("messages")
                    .forEach(message -> messages.add(new ChatMessage(
                            message.get("role").stringValue(),
                            message.get("content").stringValue())));
            conversations.add(new Conversation(
                    messages,
                    ids(node.get("prompt_ids")),
                    ids(node.get("greedy_ids")),
                    node.get("text").stringValue()));
        }
        return conversations;
    }

    private static int[] ids(JsonNode list) {
        var ids = new int[list.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = list.get(i).intValue();
        }
        return ids;
    }
}
