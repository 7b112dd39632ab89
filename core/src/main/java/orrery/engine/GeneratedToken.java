package orrery.engine;

import java.util.Optional;

/**
 * One token of an answer.
 *
 * @param id its id; {@link orrery.token.Tokenizer#bytesOf} has the bytes that it stands for, and
 *     {@link orrery.token.Tokenizer#isSpecial} says whether it is a control token, which has no text
 * @param text what became certain of the answer's text with it; empty for a control token, and where half a character
 *     or the beginning of a stop text waits for the next token
 * @param logprobs what the model thought of it; empty unless the request asked: {@link Request#withLogprobs}
 */
public record GeneratedToken(int id, String text, Optional<TokenLogprobs> logprobs) {}
