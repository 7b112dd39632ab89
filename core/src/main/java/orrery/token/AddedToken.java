package orrery.token;

/**
 * A token that is matched in the text before the vocabulary is used.
 *
 * @param id its id
 * @param content its text
 * @param special a control token: a template may write it, a user may not, and decoding skips it
 * @param normalized whether it is matched in the normalized text, after normalizing its own text
 * @param lstrip whether it also matches the white space before it
 * @param rstrip whether it also matches the white space after it
 * @param singleWord whether it matches only if no letter, digit or underscore touches it
 */
record AddedToken(
        int id,
        String content,
        boolean special,
        boolean normalized,
        boolean lstrip,
        boolean rstrip,
        boolean singleWord) {

    /** A token that matches its exact text everywhere. */
    AddedToken(int id, String content, boolean special) {
        this(id, content, special, false, false, false, false);
    }

    static AddedToken of(JsonObject json, long largestId) {
        String content = json.string("content");
        long id = json.integer("id");
        if (id < 0 || id > largestId) {
            throw new TokenizerException(json.where() + ": " + id + " is not a possible token id");
        }
        if (content.isEmpty()) {
            throw new TokenizerException(json.where() + ".content is empty");
        }
        var token = new AddedToken(
                (int) id,
                content,
                json.flag("special", false),
                json.flag("normalized", false),
                json.flag("lstrip", false),
                json.flag("rstrip", false),
                json.flag("single_word", false));
        if (token.special && token.singleWord) {
            throw new TokenizerException(
                    json.where() + ": the special token " + content + " is a single_word token, which is not known");
        }
        return token;
    }

    AddedToken withContent(String other) {
        return new AddedToken(id, other, special, normalized, lstrip, rstrip, singleWord);
    }
}
