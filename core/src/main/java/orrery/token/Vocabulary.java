package orrery.token;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** All tokens by id and by spelling: the model's and the added ones. */
final class Vocabulary {
    static final int NONE = Spellings.NONE;

    private final Spellings spellings;
    private final int[] entryOfId;
    private final Map<String, AddedToken> added;
    private final Map<Integer, AddedToken> addedById;

    /**
     * @param spellings of the model's tokens, complete
     * @throws TokenizerException if two tokens have the same id, or two added tokens the same spelling
     */
    Vocabulary(Spellings spellings, List<AddedToken> addedTokens) {
        this.spellings = spellings;
        int largest = addedTokens.stream().mapToInt(AddedToken::id).max().orElse(NONE);
        for (int entry = 0; entry < spellings.count(); entry++) {
            largest = Math.max(largest, spellings.id(entry));
        }
        entryOfId = new int[largest + 1];
        Arrays.fill(entryOfId, NONE);
        for (int entry = 0; entry < spellings.count(); entry++) {
            int id = spellings.id(entry);
            if (entryOfId[id] != NONE) {
                throw new TokenizerException("model.vocab gives id " + id + " to two tokens, "
                        + spellings.text(entryOfId[id]) + " and " + spellings.text(entry));
            }
            entryOfId[id] = entry;
        }
        added = LinkedHashMap.newLinkedHashMap(addedTokens.size());
        addedById = HashMap.newHashMap(addedTokens.size());
        for (AddedToken token : addedTokens) {
            AddedToken before = added.put(token.content(), token);
            if (before != null && !before.equals(token)) {
                throw new TokenizerException("added_tokens gives " + token.content() + " the id " + token.id()
                        + ", and has named it before as " + before.id());
            }
            addedById.put(token.id(), token);
            int own = entryOfId[token.id()];
            if (own != NONE && spellings.text(own).equals(token.content())) {
                spellings.prefer(own);
            }
        }
    }

    /**
     * Hugging Face's library ignores an added token's id: it uses the vocabulary's id, or the next free one. A file
     * whose written ids differ from these would be read differently by every program.
     *
     * @throws TokenizerException if an id differs
     */
    Vocabulary requireCountedIds() {
        int next = spellings.count();
        for (AddedToken token : added.values()) {
            int found = spellings.find(token.content());
            int effective = found == NONE ? next : found;
            if (effective != token.id()) {
                throw new TokenizerException("added_tokens gives " + token.content() + " the id " + token.id()
                        + ", but the vocabulary makes it " + effective);
            }
            next = Math.max(next, effective + 1);
        }
        return this;
    }

    /** One more than the largest id. */
    int size() {
        return entryOfId.length;
    }

    Spellings spellings() {
        return spellings;
    }

    boolean isSpecial(int id) {
        AddedToken token = addedById.get(id);
        return token != null && token.special();
    }

    boolean isAdded(int id) {
        return addedById.containsKey(id);
    }

    /** In the order of the file, each with all its properties. */
    List<AddedToken> added() {
        return List.copyOf(added.values());
    }

    boolean has(int id) {
        return id >= 0 && id < entryOfId.length && (entryOfId[id] != NONE || addedById.containsKey(id));
    }

    /** The token's spelling; empty for an id without a token. */
    String piece(int id) {
        AddedToken token = addedById.get(id);
        if (token != null) {
            return token.content();
        }
        return id < 0 || id >= entryOfId.length || entryOfId[id] == NONE ? "" : spellings.text(entryOfId[id]);
    }

    /** The id of a token, added or not. */
    OptionalInt idOf(String piece) {
        AddedToken token = added.get(piece);
        int id = token != null ? token.id() : spellings.find(piece);
        return id == NONE ? OptionalInt.empty() : OptionalInt.of(id);
    }
}
