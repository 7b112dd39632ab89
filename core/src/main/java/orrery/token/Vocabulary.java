package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Every token's spelling, by id. Flat arrays, because released vocabularies have a quarter of a million tokens. */
final class Vocabulary {
    private static final int NONE = -1;

    private final byte[] spelling;
    /** Entry {@code e} is spelled by the bytes from {@code start[e]} to {@code start[e + 1]}. */
    private final int[] start;

    private final int[] entryOfId;
    private final int[] idOfEntry;
    private final int entries;
    private final Map<String, AddedToken> added;
    private final Map<Integer, AddedToken> addedById;

    private Vocabulary(Builder builder, List<AddedToken> addedTokens) {
        spelling = builder.spelling;
        start = builder.start;
        idOfEntry = builder.ids;
        entries = builder.entries;
        int largest = NONE;
        for (int entry = 0; entry < entries; entry++) {
            largest = Math.max(largest, idOfEntry[entry]);
        }
        for (AddedToken token : addedTokens) {
            largest = Math.max(largest, token.id());
        }
        entryOfId = new int[largest + 1];
        Arrays.fill(entryOfId, NONE);
        for (int entry = 0; entry < entries; entry++) {
            int id = idOfEntry[entry];
            if (entryOfId[id] != NONE) {
                throw new TokenizerException("model.vocab gives id " + id + " to two tokens, " + entry(entryOfId[id])
                        + " and " + entry(entry));
            }
            entryOfId[id] = entry;
        }
        added = HashMap.newHashMap(addedTokens.size());
        addedById = HashMap.newHashMap(addedTokens.size());
        checkAdded(addedTokens);
    }

    /**
     * Hugging Face's engine does not read an added token's id: it takes the vocabulary's, or counts on. A file where that
     * gives another id than the one written would be read differently by everyone.
     */
    private void checkAdded(List<AddedToken> tokens) {
        Map<String, Integer> elsewhere = new HashMap<>();
        for (AddedToken token : tokens) {
            if (entryOfId[token.id()] == NONE || !piece(token.id()).equals(token.content())) {
                elsewhere.put(token.content(), NONE);
            }
        }
        if (!elsewhere.isEmpty()) {
            for (int entry = 0; entry < entries; entry++) {
                elsewhere.replace(entry(entry), idOfEntry[entry]);
            }
        }
        int next = entries;
        for (AddedToken token : tokens) {
            int found = elsewhere.getOrDefault(token.content(), token.id());
            int effective = found == NONE ? next : found;
            if (effective != token.id()) {
                throw new TokenizerException("added_tokens gives " + token.content() + " the id " + token.id()
                        + ", but the vocabulary makes it " + effective);
            }
            elsewhere.replace(token.content(), effective);
            next = Math.max(next, effective + 1);
            AddedToken before = added.put(token.content(), token);
            if (before != null && !before.equals(token)) {
                throw new TokenizerException("added_tokens names " + token.content() + " twice");
            }
            addedById.put(token.id(), token);
        }
    }

    /** One more than the largest id. */
    int size() {
        return entryOfId.length;
    }

    boolean isSpecial(int id) {
        AddedToken token = addedById.get(id);
        return token != null && token.special();
    }

    boolean isAdded(int id) {
        return addedById.containsKey(id);
    }

    Collection<AddedToken> added() {
        return added.values();
    }

    boolean has(int id) {
        return id >= 0 && id < entryOfId.length && (entryOfId[id] != NONE || addedById.containsKey(id));
    }

    /** The token's spelling; empty for an id that no token has. */
    String piece(int id) {
        AddedToken token = addedById.get(id);
        if (token != null) {
            return token.content();
        }
        if (id < 0 || id >= entryOfId.length || entryOfId[id] == NONE) {
            return "";
        }
        return entry(entryOfId[id]);
    }

    /** Looks through the whole spelling: few tokens are ever looked up, and a map of all would be larger than the model. */
    OptionalInt idOf(String piece) {
        AddedToken token = added.get(piece);
        if (token != null) {
            return OptionalInt.of(token.id());
        }
        byte[] wanted = piece.getBytes(UTF_8);
        for (int entry = 0; entry < entries; entry++) {
            if (start[entry + 1] - start[entry] == wanted.length
                    && Arrays.equals(spelling, start[entry], start[entry + 1], wanted, 0, wanted.length)) {
                return OptionalInt.of(idOfEntry[entry]);
            }
        }
        return OptionalInt.empty();
    }

    private String entry(int entry) {
        return new String(spelling, start[entry], start[entry + 1] - start[entry], UTF_8);
    }

    /** Takes the model's vocabulary in the order of the file. */
    static final class Builder {
        private byte[] spelling = new byte[1 << 14];
        private int[] start = new int[1 << 10];
        private int[] ids = new int[1 << 10];
        private int entries;

        void add(int id, String piece) {
            byte[] bytes = piece.getBytes(UTF_8);
            int from = start[entries];
            if (from + bytes.length > spelling.length) {
                spelling = Arrays.copyOf(spelling, Math.max(2 * spelling.length, from + bytes.length));
            }
            if (entries + 2 > start.length) {
                start = Arrays.copyOf(start, 2 * start.length);
                ids = Arrays.copyOf(ids, 2 * ids.length);
            }
            System.arraycopy(bytes, 0, spelling, from, bytes.length);
            ids[entries] = id;
            start[++entries] = from + bytes.length;
        }

        Vocabulary build(List<AddedToken> added) {
            return new Vocabulary(this, added);
        }
    }
}
