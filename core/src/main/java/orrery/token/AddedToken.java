package orrery.token;

/**
 * A token that is found in the text before the model's vocabulary is asked.
 *
 * @param id its id
 * @param content the text that stands for it
 * @param special a control token: a template writes it, a user must not, and decoding leaves it out
 */
record AddedToken(int id, String content, boolean special) {
    static AddedToken of(JsonObject json, long largestId) {
        String content = json.string("content");
        long id = json.integer("id");
        if (id < 0 || id > largestId) {
            throw new TokenizerException(json.where() + ": " + id + " is no possible token id");
        }
        if (content.isEmpty()) {
            throw new TokenizerException(json.where() + ".content is empty");
        }
        boolean special = json.flag("special", false);
        if (special && json.flag("single_word", false)) {
            throw new TokenizerException(
                    json.where() + ": the special token " + content + " is a single_word token, which is not known");
        }
        return new AddedToken((int) id, content, special);
    }
}
