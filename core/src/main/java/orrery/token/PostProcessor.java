package orrery.token;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The special tokens that are added to a text.
 *
 * @param template ids, and {@link #TEXT} for the text; not to be changed
 */
record PostProcessor(int[] template) {
    static final int TEXT = -1;
    static final PostProcessor NOTHING = new PostProcessor(new int[] {TEXT});

    private static final String KNOWN = "TemplateProcessing, ByteLevel, BertProcessing, RobertaProcessing and Sequence";

    /**
     * The ids of a whole text.
     *
     * @param special whether to add the special tokens
     */
    int[] around(int[] text, boolean special) {
        if (template.length == 1) {
            return text;
        }
        var ids = new Ids(text.length + template.length);
        for (int each : template) {
            if (each == TEXT) {
                ids.add(text, text.length);
            } else if (special) {
                ids.add(each);
            }
        }
        return ids.toArray();
    }

    /** @throws TokenizerException if a kind is unknown, or a template names a token that it does not define */
    static PostProcessor of(JsonObject json) {
        PostProcessor whole = NOTHING;
        for (JsonObject step : json.flat("processors")) {
            whole = one(step).around(whole);
        }
        return whole;
    }

    /** This one, applied after {@code inner}. */
    private PostProcessor around(PostProcessor inner) {
        return new PostProcessor(IntStream.of(template)
                .flatMap(each -> each == TEXT ? IntStream.of(inner.template) : IntStream.of(each))
                .toArray());
    }

    private static PostProcessor one(JsonObject json) {
        String type = json.string("type");
        return switch (type) {
            case "ByteLevel" -> NOTHING;
            case "TemplateProcessing" -> template(json);
            case "BertProcessing", "RobertaProcessing" ->
                new PostProcessor(new int[] {pair(json, "cls"), TEXT, pair(json, "sep")});
            default ->
                throw new TokenizerException(json.where() + " is " + type + ", which is unknown; known are " + KNOWN);
        };
    }

    private static PostProcessor template(JsonObject json) {
        Map<String, Object> defined =
                json.object("special_tokens").map(JsonObject::members).orElse(Map.of());
        var ids = new Ids(4);
        for (JsonObject piece : json.objects("single")) {
            if (piece.has("Sequence")) {
                ids.add(TEXT);
                continue;
            }
            String name = piece.requiredObject("SpecialToken").string("id");
            if (!(defined.get(name) instanceof JsonObject token)) {
                throw new TokenizerException(json.where() + ".single names " + name + ", which special_tokens lacks");
            }
            token.integers("ids").forEach(ids::add);
        }
        return new PostProcessor(ids.toArray());
    }

    /** {@code ["</s>", 2]}. */
    private static int pair(JsonObject json, String name) {
        List<Object> pair = json.list(name);
        if (pair.size() != 2 || !(pair.get(1) instanceof Long id) || id < 0 || id > Integer.MAX_VALUE) {
            throw new TokenizerException(json.where() + "." + name + " must be a token and its id");
        }
        return Math.toIntExact(id);
    }
}
