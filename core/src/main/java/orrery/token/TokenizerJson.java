package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/**
 * Writes a tokenizer.json for byte-pair encoding: what Hugging Face's engine reads. Nothing in it can end the process: every token that it
 * names is in the vocabulary.
 *
 * @param spelling what differs between byte-level and SentencePiece
 * @param tokens by id
 * @param ids of the tokens, by text; a token whose text has another id is left out
 * @param added what is found in texts before anything is merged
 * @param begin put before a text, if the tokenizer does that
 * @param end put after a text, if the tokenizer does that
 */
record TokenizerJson(
        Spelling spelling,
        List<String> tokens,
        Map<String, Integer> ids,
        List<AddedToken> added,
        Merges merges,
        OptionalInt begin,
        OptionalInt end) {

    sealed interface Spelling {
        /** Tokens are made of bytes, in GPT-2's alphabet of printable characters. */
        record ByteLevel(PreTokenizer pre) implements Spelling {}

        /**
         * Tokens are made of characters; those that no token has become bytes.
         *
         * @param prefixed whether a space is put before a text
         * @param unknown the token for what cannot be spelled at all
         */
        record SentencePiece(boolean prefixed, Optional<String> unknown) implements Spelling {}
    }

    /** How SentencePiece spells a space. */
    static final String SPACE = "▁";

    private static final int NONE = -1;

    /** The whole file, in UTF-8. */
    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(32 * tokens.size());
        try (JsonGenerator out =
                JsonObject.FACTORY.createGenerator(ObjectWriteContext.empty(), bytes, JsonEncoding.UTF8)) {
            write(out);
        }
        return bytes.toByteArray();
    }

    static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    private void write(JsonGenerator out) {
        out.writeStartObject();
        out.writeStringProperty("version", "1.0");
        out.writeName("added_tokens");
        out.writeStartArray();
        added.forEach(token -> write(token, out));
        out.writeEndArray();
        switch (spelling) {
            case Spelling.ByteLevel(PreTokenizer pre) -> {
                normalizer(pre.composes() ? List.of(() -> typed(out, "NFC")) : List.of(), out);
                preTokenizer(pre.splits(), out);
            }
            case Spelling.SentencePiece(boolean prefixed, var _) -> {
                List<Runnable> steps = new ArrayList<>();
                if (prefixed) {
                    steps.add(() -> {
                        typed(out, "Prepend");
                        out.writeStringProperty("prepend", SPACE);
                    });
                }
                steps.add(() -> {
                    typed(out, "Replace");
                    pattern("String", " ", out);
                    out.writeStringProperty("content", SPACE);
                });
                normalizer(steps, out);
                out.writeNullProperty("pre_tokenizer");
            }
        }
        postProcessor(out);
        // Ids become text here and not in the engine.
        out.writeNullProperty("decoder");
        model(out);
        out.writeEndObject();
    }

    private static void write(AddedToken token, JsonGenerator out) {
        out.writeStartObject();
        out.writeNumberProperty("id", token.id());
        out.writeStringProperty("content", token.content());
        for (String without : List.of("single_word", "lstrip", "rstrip", "normalized")) {
            out.writeBooleanProperty(without, false);
        }
        out.writeBooleanProperty("special", token.special());
        out.writeEndObject();
    }

    /** @param steps each writes the members of one object */
    private static void sequence(String name, String listName, List<Runnable> steps, JsonGenerator out) {
        out.writeName(name);
        out.writeStartObject();
        typed(out, "Sequence");
        out.writeName(listName);
        out.writeStartArray();
        for (Runnable step : steps) {
            out.writeStartObject();
            step.run();
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void normalizer(List<Runnable> steps, JsonGenerator out) {
        sequence("normalizer", "normalizers", steps, out);
    }

    private static void preTokenizer(List<String> splits, JsonGenerator out) {
        List<Runnable> steps = new ArrayList<>();
        for (String split : splits) {
            steps.add(() -> {
                typed(out, "Split");
                pattern("Regex", split, out);
                out.writeStringProperty("behavior", "Isolated");
                out.writeBooleanProperty("invert", false);
            });
        }
        steps.add(() -> {
            typed(out, "ByteLevel");
            out.writeBooleanProperty("add_prefix_space", false);
            out.writeBooleanProperty("trim_offsets", true);
            out.writeBooleanProperty("use_regex", false);
        });
        sequence("pre_tokenizer", "pretokenizers", steps, out);
    }

    private static void typed(JsonGenerator out, String type) {
        out.writeStringProperty("type", type);
    }

    private static void pattern(String kind, String pattern, JsonGenerator out) {
        out.writeName("pattern");
        out.writeStartObject();
        out.writeStringProperty(kind, pattern);
        out.writeEndObject();
    }

    private void postProcessor(JsonGenerator out) {
        if (begin.isEmpty() && end.isEmpty()) {
            out.writeNullProperty("post_processor");
            return;
        }
        out.writeName("post_processor");
        out.writeStartObject();
        typed(out, "TemplateProcessing");
        template("single", List.of("A"), out);
        template("pair", List.of("A", "B"), out);
        out.writeName("special_tokens");
        out.writeStartObject();
        // They may be one token (OLMo 2).
        IntStream.concat(begin.stream(), end.stream()).distinct().forEach(id -> {
            out.writeName(tokens.get(id));
            out.writeStartObject();
            out.writeStringProperty("id", tokens.get(id));
            out.writeName("ids");
            out.writeArray(new int[] {id}, 0, 1);
            out.writeName("tokens");
            out.writeArray(new String[] {tokens.get(id)}, 0, 1);
            out.writeEndObject();
        });
        out.writeEndObject();
        out.writeEndObject();
    }

    private void template(String name, List<String> sequences, JsonGenerator out) {
        out.writeName(name);
        out.writeStartArray();
        for (int type = 0; type < sequences.size(); type++) {
            int number = type;
            begin.ifPresent(id -> piece("SpecialToken", tokens.get(id), number, out));
            piece("Sequence", sequences.get(type), number, out);
            end.ifPresent(id -> piece("SpecialToken", tokens.get(id), number, out));
        }
        out.writeEndArray();
    }

    private static void piece(String kind, String id, int type, JsonGenerator out) {
        out.writeStartObject();
        out.writeName(kind);
        out.writeStartObject();
        out.writeStringProperty("id", id);
        out.writeNumberProperty("type_id", type);
        out.writeEndObject();
        out.writeEndObject();
    }

    private void model(JsonGenerator out) {
        out.writeName("model");
        out.writeStartObject();
        typed(out, "BPE");
        switch (spelling) {
            case Spelling.ByteLevel(PreTokenizer pre) -> {
                out.writeBooleanProperty("byte_fallback", false);
                out.writeBooleanProperty("ignore_merges", pre.wholeWords());
            }
            case Spelling.SentencePiece(var _, Optional<String> unknown) -> {
                unknown.ifPresent(token -> out.writeStringProperty("unk_token", token));
                out.writeBooleanProperty("fuse_unk", true);
                out.writeBooleanProperty("byte_fallback", true);
            }
        }
        out.writeName("vocab");
        out.writeStartObject();
        for (int id = 0; id < tokens.size(); id++) {
            if (ids.getOrDefault(tokens.get(id), NONE) == id) {
                out.writeNumberProperty(tokens.get(id), id);
            }
        }
        out.writeEndObject();
        out.writeName("merges");
        out.writeStartArray();
        for (int i = 0; i < merges.left().length; i++) {
            out.writeArray(new String[] {tokens.get(merges.left()[i]), tokens.get(merges.right()[i])}, 0, 2);
        }
        out.writeEndArray();
        out.writeEndObject();
    }
}
