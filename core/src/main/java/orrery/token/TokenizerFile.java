package orrery.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orrery.token.split.SplitException;

/**
 * Reads a tokenizer.json of Hugging Face's tokenizers library in one pass. Anything unknown in it is refused, never
 * skipped.
 */
final class TokenizerFile {
    private final JsonReader json;
    private final long largestId;
    private final List<AddedToken> added = new ArrayList<>();
    private List<Normalization> normalizers = List.of();
    private List<PreTokenizer> preTokenizers = List.of();
    private PostProcessor postProcessor = PostProcessor.NOTHING;
    private Optional<JsonObject> decoder = Optional.empty();
    private Optional<ModelPart> model = Optional.empty();

    private TokenizerFile(byte[] bytes) {
        json = new JsonReader(bytes);
        // Every id takes more than one character to write, so a table of all ids is never larger than the file
        // justifies.
        largestId = Math.min(bytes.length, Integer.MAX_VALUE - 16);
    }

    /** @throws TokenizerException naming the file and the place in it, if it is malformed or of an unknown kind */
    static TokenizerFacts parse(byte[] bytes, String where) {
        try {
            return new TokenizerFile(bytes).facts(where);
        } catch (JsonReader.Malformed malformed) {
            throw new TokenizerException(where + " is not valid JSON: " + malformed.getMessage(), malformed);
        } catch (TokenizerException | SplitException wrong) {
            throw new TokenizerException(where + ": " + wrong.getMessage(), wrong);
        }
    }

    private TokenizerFacts facts(String where) {
        json.require('{');
        for (boolean first = true; json.member(first); first = false) {
            member(json.lastText());
        }
        if (json.peek() != 0) {
            throw new TokenizerException("there is more after the end of the object");
        }
        ModelPart read = model.orElseThrow(() -> new TokenizerException("model is missing"));
        PieceDecoder pieces = decoder.map(PieceDecoder::of)
                .orElseThrow(() -> new TokenizerException("decoder is missing; known are " + PieceDecoder.KNOWN));
        boolean bytes = !preTokenizers.isEmpty() && preTokenizers.getLast() instanceof PreTokenizer.ByteLevel;
        return new TokenizerFacts(
                where,
                new Vocabulary(read.spellings(), added).requireCountedIds(),
                normalizers,
                preTokenizers,
                read.model(bytes),
                postProcessor,
                pieces,
                Roles.NONE);
    }

    private void member(String name) {
        switch (name) {
            case "added_tokens" -> addedTokens();
            case "normalizer" ->
                normalizers = object(name).map(Normalization::of).orElse(List.of());
            case "pre_tokenizer" ->
                preTokenizers = object(name).map(PreTokenizer::of).orElse(List.of());
            case "post_processor" ->
                postProcessor = object(name).map(PostProcessor::of).orElse(PostProcessor.NOTHING);
            case "decoder" -> decoder = object(name);
            case "model" -> model = Optional.of(ModelPart.read(json, largestId));
            default -> json.skip();
        }
    }

    private Optional<JsonObject> object(String name) {
        if (json.takeNull()) {
            return Optional.empty();
        }
        if (json.peek() != '{') {
            throw new TokenizerException(name + " must be an object, but is " + json.kind());
        }
        return Optional.of(json.object(name));
    }

    private void addedTokens() {
        if (json.takeNull()) {
            return;
        }
        if (!json.take('[')) {
            throw new TokenizerException("added_tokens must be an array, but is " + json.kind());
        }
        while (json.element(added.isEmpty())) {
            String where = "added_tokens[" + added.size() + "]";
            if (json.peek() != '{') {
                throw new TokenizerException(where + " must be an object, but is " + json.kind());
            }
            added.add(AddedToken.of(json.object(where), largestId));
        }
    }
}
