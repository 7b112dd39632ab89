package orrery.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The demo model with something changed, as other programs write models. */
record CaseFolder(Path path) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /** A copy of the demo model in a new folder. */
    static CaseFolder in(Path parent, String name) throws IOException {
        var folder = Files.createDirectory(parent.resolve(name));
        try (var entries = Files.newDirectoryStream(Cli.DEMO, "*.{json,safetensors}")) {
            for (var entry : entries) {
                Files.copy(entry, folder.resolve(entry.getFileName()));
            }
        }
        return new CaseFolder(folder);
    }

    CaseFolder json(String file, Consumer<ObjectNode> change) throws IOException {
        var target = path.resolve(file);
        var object = (ObjectNode) JSON.readTree(Files.readString(target));
        change.accept(object);
        Files.writeString(target, JSON.writeValueAsString(object));
        return this;
    }

    CaseFolder text(String file, String text) throws IOException {
        Files.writeString(path.resolve(file), text);
        return this;
    }

    /** With a byte order mark before what the file holds. */
    CaseFolder marked(String file) throws IOException {
        byte[] bytes = Files.readAllBytes(path.resolve(file));
        var marked = ByteBuffer.allocate(BYTE_ORDER_MARK.length + bytes.length)
                .put(BYTE_ORDER_MARK)
                .put(bytes);
        Files.write(path.resolve(file), marked.array());
        return this;
    }

    CaseFolder template(String template) throws IOException {
        return json("tokenizer_config.json", config -> config.put("chat_template", template));
    }

    /** With another header before the same tensors. */
    CaseFolder header(Function<Map<String, JsonNode>, Map<String, JsonNode>> change) throws IOException {
        var file = path.resolve("model.safetensors");
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        var header = new byte[(int) bytes.getLong()];
        bytes.get(header);
        var entries = new LinkedHashMap<String, JsonNode>();
        ((ObjectNode) JSON.readTree(new String(header, StandardCharsets.UTF_8)))
                .properties()
                .forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
        byte[] changed = JSON.writeValueAsBytes(change.apply(entries));
        var whole = ByteBuffer.allocate(Long.BYTES + changed.length + bytes.remaining())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(changed.length)
                .put(changed)
                .put(bytes);
        Files.write(file, whole.array());
        return this;
    }
}
