package orrery.token;

/**
 * One token of a text that was split.
 *
 * @param id the token's id
 * @param piece the token as the vocabulary spells it, such as {@code ▁the}, {@code Ġthe} or {@code <0xE2>}
 * @param text what this token adds to the decoded text: empty for a special token, and for a token that ends within a
 *     character; the texts of all pieces joined are the decoded text
 */
public record TokenPiece(int id, String piece, String text) {}
