package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;

/** The member {@code model} of a tokenizer.json: vocabulary, merges or scores, and how a piece begins. */
final class ModelPart {
    private static final int NONE = Spellings.NONE;
    private static final int UNREAD = -1;

    private final JsonReader json;
    private final long largestId;
    private final Spellings spellings = new Spellings();
    private final Set<String> flags = new HashSet<>();
    private final Ids left = new Ids(1 << 10);
    private final Ids right = new Ids(1 << 10);
    private final Ids whole = new Ids(1 << 10);
    private double[] scores = new double[1 << 10];
    private byte[] merge = new byte[256];
    private String type = "";
    private String endOfWord = "";
    private String unknown = "";
    private int unknownId = NONE;
    private boolean merges;
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

    /** @param bytes whether pieces are made of bytes and not of characters */
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
                new ListedMerges(left.toArray(), right.toArray(), whole.toArray()),
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
                merges = true;
                if (vocabulary) {
                    merges();
                } else {
                    mergesBeforeVocabulary = json.position();
                    json.skip();
                }
            }
            case "unk_token" -> unknown = textOrNull(name);
            case "end_of_word_suffix" -> endOfWord = textOrNull(name);
            // The engine cuts this prefix off the second half of every merge, in the middle of a character if need be.
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
        // Files from before 2020 name no type.
        String kind = type.isEmpty() && merges ? "BPE" : type;
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

    /** A token, which was just read, and its id. */
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
        for (int index = 0; json.element(index == 0); index++) {
            if (json.take('[')) {
                json.readString();
                int middle = put(0);
                json.require(',');
                json.readString();
                merge(index, middle, put(middle));
                json.require(']');
            } else {
                json.readString();
                spaced(index);
            }
        }
    }

    /** The form of older files: two tokens with a space between, neither of which has one. */
    private void spaced(int index) {
        int end = put(0);
        if (startsWith("#version", end)) {
            return;
        }
        int space = -1;
        int spaces = 0;
        for (int i = 0; i < end; i++) {
            if (merge[i] == ' ') {
                space = i;
                spaces++;
            }
        }
        if (spaces != 1) {
            throw new TokenizerException("model.merges[" + index + "] is \"" + new String(merge, 0, end, UTF_8)
                    + "\", expected two tokens with a space between");
        }
        System.arraycopy(merge, space + 1, merge, space, end - space - 1);
        merge(index, space, end - 1);
    }

    private boolean startsWith(String beginning, int end) {
        return end >= beginning.length() && new String(merge, 0, beginning.length(), UTF_8).equals(beginning);
    }

    /** Copies the last string to a place, and says where it ends. */
    private int put(int at) {
        int end = at + json.to - json.from;
        if (end > merge.length) {
            merge = Arrays.copyOf(merge, 2 * end);
        }
        System.arraycopy(json.string, json.from, merge, at, json.to - json.from);
        return end;
    }

    private void merge(int index, int middle, int end) {
        left.add(known(index, 0, middle, end));
        right.add(known(index, middle, end, end));
        whole.add(known(index, 0, end, end));
    }

    private int known(int index, int from, int to, int end) {
        int id = spellings.find(merge, from, to);
        if (id == NONE) {
            throw new TokenizerException("model.merges[" + index + "] makes \"" + new String(merge, 0, end, UTF_8)
                    + "\", but model.vocab lacks \"" + new String(merge, from, to - from, UTF_8) + "\"");
        }
        return id;
    }
}
