package orrery.token;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads the member {@code model} of a tokenizer.json: vocabulary, merges or scores, and how words start. */
final class ModelPart {
    private static final int NONE = Spellings.NONE;
    private static final int UNREAD = -1;

    private final JsonReader json;
    private final long largestId;
    private final Spellings spellings = new Spellings();
    private final Set<String> flags = new HashSet<>();
    private double[] scores = new double[1 << 10];
    private String type = "";
    private String endOfWord = "";
    private String unknown = "";
    private int unknownId = NONE;
    private Optional<ListedMerges> merges = Optional.empty();
    private boolean scored;
    private boolean vocabulary;
    private int mergesBeforeVocabulary = UNREAD;

    private ModelPart(JsonReader json, long largestId) {
        this.json = json;
        this.largestId = largestId;
    }

    static ModelPart read(JsonReader json, long largestId) {
        if (!json.take('{')) {
            throw new TokenizerException("model must be an object, but is " + json.kind());
        }
        var part = new ModelPart(json, largestId);
        for (boolean first = true; json.member(first); first = false) {
            part.member(json.lastText());
        }
        part.finish();
        return part;
    }

    Spellings spellings() {
        return spellings;
    }

    /** @param bytes whether pieces consist of bytes instead of characters */
    Model model(boolean bytes) {
        if (scored) {
            return new Unigram(
                    spellings,
                    Arrays.copyOf(scores, spellings.count()),
                    unknownId == NONE ? OptionalInt.empty() : OptionalInt.of(unknownId),
                    flags.contains("byte_fallback"));
        }
        int id = unknown.isEmpty() ? NONE : spellings.find(unknown);
        if (!unknown.isEmpty() && id == NONE && !bytes) {
            throw new TokenizerException("model.unk_token is " + unknown + ", which model.vocab lacks");
        }
        return new Bpe(
                spellings,
                merges.orElseThrow(() -> new TokenizerException("model.merges is missing")),
                new Bpe.Symbols(
                        bytes,
                        flags.contains("byte_fallback"),
                        endOfWord,
                        id == NONE ? OptionalInt.empty() : OptionalInt.of(id),
                        flags.contains("fuse_unk"),
                        flags.contains("ignore_merges")));
    }

    private void member(String name) {
        switch (name) {
            case "type" -> type = text(name);
            case "vocab" -> vocabulary();
            case "merges" -> {
                if (vocabulary) {
                    merges();
                } else {
                    mergesBeforeVocabulary = json.position();
                    json.skip();
                }
            }
            case "unk_token" -> unknown = textOrNull(name);
            case "end_of_word_suffix" -> endOfWord = textOrNull(name);
            // The reference removes this prefix from the second half of every merge, even in the middle of a character.
            case "continuing_subword_prefix" -> {
                String prefix = textOrNull(name);
                if (!prefix.isEmpty()) {
                    throw new TokenizerException("model." + name + " must be null or empty, but is \"" + prefix + "\"");
                }
            }
            case "byte_fallback", "fuse_unk", "ignore_merges" -> flag(name);
            case "unk_id" -> unknownId = json.takeNull() ? NONE : json.index();
            case "dropout" -> {
                if (!json.takeNull() && (!json.kind().equals("a number") || Double.parseDouble(json.number()) != 0)) {
                    throw new TokenizerException("model.dropout must be null or 0: one text has one split");
                }
            }
            default -> json.skip();
        }
    }

    private void finish() {
        // Files from before 2020 have no type.
        String kind = type.isEmpty() && (merges.isPresent() || mergesBeforeVocabulary != UNREAD) ? "BPE" : type;
        if (!kind.equals(scored ? "Unigram" : "BPE")) {
            throw new TokenizerException("model.type " + (kind.isEmpty() ? "is missing" : "is " + kind)
                    + (scored ? " with a list of scored tokens" : "") + "; known are BPE and Unigram");
        }
        if (!vocabulary) {
            throw new TokenizerException("model.vocab is missing");
        }
        if (scored && unknownId >= spellings.count()) {
            throw new TokenizerException("model.unk_id is " + unknownId + ", which no token has");
        }
        if (mergesBeforeVocabulary != UNREAD) {
            int end = json.position();
            json.seek(mergesBeforeVocabulary);
            merges();
            json.seek(end);
        }
    }

    private void flag(String name) {
        if (!json.takeNull() && Boolean.TRUE.equals(json.value("model." + name))) {
            flags.add(name);
        }
    }

    private String text(String name) {
        if (json.peek() != '"') {
            throw new TokenizerException("model." + name + " must be a string, but is " + json.kind());
        }
        return json.text();
    }

    private String textOrNull(String name) {
        return json.takeNull() ? "" : text(name);
    }

    private void vocabulary() {
        if (json.take('{')) {
            for (boolean first = true; json.member(first); first = false) {
                identified();
            }
        } else if (json.take('[')) {
            scored = true;
            while (json.element(spellings.count() == 0)) {
                scored();
            }
        } else {
            throw new TokenizerException("model.vocab must be an object or an array, but is " + json.kind());
        }
        vocabulary = true;
        spellings.complete();
    }

    /** Reads the id of the token that was just read. */
    private void identified() {
        int begin = json.position();
        int id = json.kind().equals("a number") ? json.index() : NONE;
        if (id < 0 || id > largestId) {
            String piece = json.lastText();
            json.seek(begin);
            String found = json.kind().equals("a number") ? json.number() : "";
            throw new TokenizerException(
                    found.matches("-?[0-9]+")
                            ? "model.vocab gives " + piece + " the id " + found
                                    + ", which no file of this length can need"
                            : "model.vocab gives " + piece + " no integer for an id");
        }
        spellings.add(id, json.string, json.from, json.to);
    }

    /** {@code ["▁the", -3.5]}. */
    private void scored() {
        int id = spellings.count();
        if (!json.take('[') || json.peek() != '"') {
            throw new TokenizerException("model.vocab[" + id + "] must be a token and its score");
        }
        json.readString();
        spellings.add(id, json.string, json.from, json.to);
        json.require(',');
        if (id == scores.length) {
            scores = Arrays.copyOf(scores, 2 * id);
        }
        scores[id] = Double.parseDouble(json.number());
        json.require(']');
    }

    private void merges() {
        if (!json.take('[')) {
            throw new TokenizerException("model.merges must be an array, but is " + json.kind());
        }
        var list = new MergeList(
                spellings,
                (index, merged, lacking) -> new TokenizerException("model.merges[" + index + "] makes \"" + merged
                        + "\", but model.vocab lacks \"" + lacking + "\""));
        for (int index = 0; json.element(index == 0); index++) {
            if (json.take('[')) {
                json.readString();
                list.left(json.string, json.from, json.to);
                json.require(',');
                json.readString();
                list.right(json.string, json.from, json.to);
                json.require(']');
            } else {
                json.readString();
                spaced(list, index);
            }
        }
        merges = Optional.of(list.merges());
    }

    /** The form of older files: two tokens with a space between, neither of which contains one. */
    private void spaced(MergeList list, int index) {
        int space = json.to;
        int spaces = 0;
        for (int i = json.from; i < json.to; i++) {
            if (json.string[i] == ' ') {
                space = i;
                spaces++;
            }
        }
        if (spaces == 1) {
            list.left(json.string, json.from, space);
            list.right(json.string, space + 1, json.to);
        } else if (!json.lastText().startsWith("#version")) {
            throw new TokenizerException("model.merges[" + index + "] is \"" + json.lastText()
                    + "\", expected two tokens with a space between");
        }
    }
}
