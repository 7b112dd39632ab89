package orrery.token;

/**
 * One token of a text.
 *
 * @param id the token's id
 * @param piece the vocabulary's spelling of the token, such as {@code ▁the}, {@code Ġthe} or {@code <0xE2>}
 * @param text what the token adds to the decoded text: empty for a special token, and for a token that ends within a
 *     character; joined, the texts of all pieces are the decoded text
 */
public record TokenPiece(int id, String piece, String text) {}
